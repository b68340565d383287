using System.Collections.Immutable;

namespace McpGateway.Gateway.Upstreams.Stdio;

/// <summary>A process to start, as an administrator defined it. Nothing goes through a shell.</summary>
/// <param name="Command">A path, or a name that is looked up in the child's PATH.</param>
/// <param name="Environment">Added to (and winning over) the minimum that every child gets.</param>
/// <param name="WorkingFolder">Null: the home folder.</param>
public sealed record StdioLaunch(
    string Command, ImmutableArray<string> Arguments, ImmutableDictionary<string, string> Environment, string? WorkingFolder);

using System.Collections.Immutable;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Dashboard.Model;

/// <summary>Everything the overview shows at one moment. Immutable, so a page may render it while the next one is made.</summary>
/// <param name="Now">As of when relative times are told.</param>
/// <param name="Paused">True while streams or reads fail and what is shown may be old.</param>
/// <param name="WatchingSince">Calls before this instant may be missing from <paramref name="Bins"/>.</param>
internal sealed record OverviewState(
    DateTimeOffset Now,
    bool Paused,
    CatalogCounts? Counts,
    Section<UpstreamRow> Upstreams,
    Section<ServerRow> Servers,
    ImmutableArray<CallRow> Calls,
    ImmutableArray<CallBin> Bins,
    DateTimeOffset? WatchingSince)
{
    public static OverviewState Empty(DateTimeOffset now) =>
        new(now, false, null, Section.Loading<UpstreamRow>(), Section.Loading<ServerRow>(), [], [], null);
}

/// <summary>A table of the page.</summary>
/// <param name="Rows">Default while loading.</param>
/// <param name="Total">How many there are in all; <paramref name="Rows"/> may be cut.</param>
/// <param name="Problem">Why there are no rows, or why they are old; null when all is well.</param>
public sealed record Section<T>(ImmutableArray<T> Rows, int Total, string? Problem)
{
    public bool IsLoading => Rows.IsDefault && Problem is null;

    public bool IsEmpty => !Rows.IsDefault && Rows.IsEmpty && Problem is null;
}

/// <summary>Makes sections.</summary>
internal static class Section
{
    public static Section<T> Loading<T>() => new(default, 0, null);
}

/// <summary>An MCP server in the table.</summary>
public sealed record UpstreamRow(
    string Id, string Name, string? Target, TransportKind Transport, Era Era, string? ProtocolVersion, UpstreamState State,
    int Tools, DateTimeOffset? LastSeen, string? LastError)
{
    public static UpstreamRow From(UpstreamView view) =>
        new(view.Id, view.Name, view.Url ?? view.Command, view.Transport, view.Era, view.ProtocolVersion,
            view.Enabled ? view.State : UpstreamState.Disabled, view.ToolCount, view.LastSeen, view.LastError);
}

/// <summary>A virtual server in the table.</summary>
/// <param name="Calls">Null where the user may not know.</param>
public sealed record ServerRow(
    string Id, string Name, string? Description, bool Enabled, bool Anonymous, int Tools, long? Calls, long Failures, DateTimeOffset? LastUse);

/// <summary>One finished call. <paramref name="Number"/> names it among all calls of this page.</summary>
public sealed record CallRow(
    long Number, DateTimeOffset At, string Method, string Name, string Server, string Principal, bool Failed, double Milliseconds);

/// <summary>The calls of ten seconds.</summary>
public readonly record struct CallBin(DateTimeOffset Start, int Succeeded, int Failed);

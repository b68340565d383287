using System.Security.Cryptography;

namespace McpGateway.Gateway.Hosting;

/// <summary>The name of this process among all nodes: new at every start, so that what belonged to a dead process is never taken for ours.</summary>
public sealed record NodeName(string Value)
{
    /// <summary>Machine name and a random part.</summary>
    public static NodeName New() => new($"{Environment.MachineName.ToLowerInvariant()}-{RandomNumberGenerator.GetHexString(12, lowercase: true)}");
}

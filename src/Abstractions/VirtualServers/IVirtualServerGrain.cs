using System.Collections.Immutable;
using McpGateway.Abstractions.Seam;
using Orleans;

namespace McpGateway.Abstractions.VirtualServers;

/// <summary>Compiles one virtual server. Its key is the server's id, or <see cref="Everything"/>.</summary>
[Alias("IVirtualServerGrain")]
public interface IVirtualServerGrain : IGatewayGrain
{
    /// <summary>The key of the server of everything (<c>/mcp</c>), of which each caller sees its own view.</summary>
    public const string Everything = "everything";

    /// <summary>
    /// The compiled snapshot, in parts. No item at all means that there is no such server. Compiled at most once a feed id however many
    /// nodes ask.
    /// </summary>
    IAsyncEnumerable<SnapshotPart> ReadAsync(SnapshotRequest request, CancellationToken cancellationToken);

    /// <summary>The definitions with these hashes; unknown ones are left out.</summary>
    IAsyncEnumerable<DefinitionPart> ReadDefinitionsAsync(ImmutableArray<string> hashes, CancellationToken cancellationToken);
}

using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using Orleans;

namespace McpGateway.Abstractions.Administration;

/// <summary>
/// Administration of upstreams, catalog items and virtual servers. A stateless worker; its key says nothing. Each call decides by the
/// caller's rights and commits the change, its audit row and its feed row in one transaction.
/// </summary>
[Alias("ICatalogGrain")]
public interface ICatalogGrain : IGatewayGrain
{
    /// <summary>Registers an upstream and starts its discovery, which <see cref="IUpstreamGrain.WatchAsync"/> follows.</summary>
    ValueTask<Outcome<UpstreamView>> CreateUpstreamAsync(Caller caller, UpstreamInput input, CancellationToken cancellationToken);

    ValueTask<Outcome<UpstreamView>> GetUpstreamAsync(Caller caller, string id, CancellationToken cancellationToken);

    /// <summary>Upstreams that the caller may see, by name.</summary>
    ValueTask<Outcome<Page<UpstreamView>>> ListUpstreamsAsync(
        Caller caller, UpstreamQuery query, PageRequest page, CancellationToken cancellationToken);

    ValueTask<Outcome<UpstreamView>> UpdateUpstreamAsync(Caller caller, string id, UpstreamInput input, CancellationToken cancellationToken);

    /// <summary>Deletes it with its catalog items; they leave every virtual server.</summary>
    ValueTask<Outcome<UpstreamView>> DeleteUpstreamAsync(Caller caller, string id, CancellationToken cancellationToken);

    /// <summary>Checks input as creating would and tries it, saving nothing; exactly one item.</summary>
    IAsyncEnumerable<Outcome<UpstreamProbe>> TestUpstreamAsync(Caller caller, UpstreamInput input, CancellationToken cancellationToken);

    /// <summary>Catalog items that the caller may see, by name.</summary>
    ValueTask<Outcome<Page<ItemView>>> ListItemsAsync(Caller caller, ItemQuery query, PageRequest page, CancellationToken cancellationToken);

    ValueTask<Outcome<ItemView>> GetItemAsync(Caller caller, ItemKind kind, string id, CancellationToken cancellationToken);

    ValueTask<Outcome<ItemView>> UpdateItemAsync(
        Caller caller, ItemKind kind, string id, ItemInput input, CancellationToken cancellationToken);

    /// <summary>What the upstream says now becomes the approved definition. Approving it again changes nothing.</summary>
    /// <param name="definitionHash">
    /// The <see cref="ItemView.DefinitionHash"/> that was reviewed: a conflict when the upstream says something else by now. Null approves
    /// whatever it says.
    /// </param>
    /// <remarks>Needs the permission to edit the item's upstream, and its management.</remarks>
    ValueTask<Outcome<ItemView>> ApproveItemAsync(
        Caller caller, ItemKind kind, string id, string? definitionHash, CancellationToken cancellationToken);

    /// <summary>
    /// The item is served no more until it is approved again, whatever its upstream says meanwhile. Withdrawing again changes nothing. A
    /// conflict under <see cref="DriftPolicy.Observe"/>, which serves what nobody approved.
    /// </summary>
    /// <remarks>Needs the permission to edit the item's upstream, and its management.</remarks>
    ValueTask<Outcome<ItemView>> WithdrawItemAsync(Caller caller, ItemKind kind, string id, CancellationToken cancellationToken);

    ValueTask<Outcome<ServerView>> CreateServerAsync(Caller caller, ServerInput input, CancellationToken cancellationToken);

    ValueTask<Outcome<ServerView>> GetServerAsync(Caller caller, string id, CancellationToken cancellationToken);

    /// <summary>Virtual servers that the caller may see, by name.</summary>
    ValueTask<Outcome<Page<ServerView>>> ListServersAsync(
        Caller caller, ServerQuery query, PageRequest page, CancellationToken cancellationToken);

    ValueTask<Outcome<ServerView>> UpdateServerAsync(Caller caller, string id, ServerInput input, CancellationToken cancellationToken);

    ValueTask<Outcome<ServerView>> DeleteServerAsync(Caller caller, string id, CancellationToken cancellationToken);

    /// <summary>How much there is: for the overview.</summary>
    ValueTask<Outcome<CatalogCounts>> CountAsync(Caller caller, CancellationToken cancellationToken);
}

/// <summary>What the caller may see, in numbers.</summary>
[GenerateSerializer, Immutable]
public sealed record CatalogCounts(
    int Upstreams, int UpstreamsOnline, int UpstreamsOffline, int Tools, int Prompts, int Resources, int Servers, int Tokens);

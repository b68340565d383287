using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Metrics;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;

namespace McpGateway.Frontend.Admin;

/// <summary>The grains that administration talks to. References are kept, for making one is not free in a cluster.</summary>
internal sealed class AdminGrains(IGrains grains)
{
    /// <summary>Of stateless workers, whose key says nothing. It may not be empty.</summary>
    public const string AnyKey = "0";

    public ICatalogGrain Catalog { get; } = grains.Get<ICatalogGrain>(AnyKey);

    public IAccessGrain Access { get; } = grains.Get<IAccessGrain>(AnyKey);

    public IAuditGrain Audit { get; } = grains.Get<IAuditGrain>(AnyKey);

    /// <summary>Any shard sums over all of them.</summary>
    public IMetricsGrain Metrics { get; } = grains.Get<IMetricsGrain>(AnyKey);

    public IUpstreamGrain Upstream(string id) => grains.Get<IUpstreamGrain>(id);

    public IVirtualServerGrain Server(string id) => grains.Get<IVirtualServerGrain>(id);
}

using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Metrics;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;

namespace McpGateway.Frontend.Tests.Hosting;

/// <summary>Grains written by hand, so that a test can say what they answer and whether they answer at all.</summary>
internal sealed class TestGrains : IGrains
{
    public FeedGrain Feed { get; } = new();

    public AccessWorld Access { get; } = new();

    public CatalogGrain Catalog { get; } = new();

    public UpstreamGrain Upstream { get; } = new();

    public ConnectionGrains Connections { get; } = new();

    public ServerGrain Server { get; } = new();

    public SightGrains Sight { get; } = new();

    public T Get<T>(string key)
        where T : class, IGatewayGrain => (T)(IGatewayGrain)(typeof(T) switch
        {
            var type when type == typeof(IChangesGrain) => Feed,
            var type when type == typeof(IAccessGrain) => Access,
            var type when type == typeof(ITokenGrain) => new TokenGrain(Access, key),
            var type when type == typeof(ICatalogGrain) => Catalog,
            var type when type == typeof(IUpstreamGrain) => Upstream,
            var type when type == typeof(IConnectionGrain) => Connections.Get(key),
            var type when type == typeof(IVirtualServerGrain) => Server,
            var type when type == typeof(IMetricsGrain) => Sight,
            var type when type == typeof(IAuditGrain) => Sight,
            var type => throw new InvalidOperationException($"The tests have no {type.Name}."),
        });
}

using Orleans;
using Orleans.Runtime;

namespace McpGateway.Abstractions.Seam;

/// <summary>Grain references of Orleans, for silos and for cluster clients alike. They can be made before the cluster is reached.</summary>
public sealed class OrleansGrains(IGrainFactory factory) : IGrains
{
    /// <inheritdoc/>
    public T Get<T>(string key)
        where T : class, IGatewayGrain => factory.GetGrain<T>(GrainId.Create(Kind<T>.Type, key));

    // Which class implements an interface a client could also ask the cluster, but only after it has connected.
    private static class Kind<T>
    {
        public static readonly GrainType Type = GrainType.Create(NameOf(typeof(T).Name));

        // IUpstreamGrain is implemented by UpstreamGrain, which Orleans calls "upstream".
        private static string NameOf(string name) =>
            name is ['I', .. var middle] && middle.EndsWith("Grain", StringComparison.Ordinal)
                ? middle[..^"Grain".Length].ToLowerInvariant()
                : throw new InvalidOperationException($"The grain interface {name} must be called I…Grain.");
    }
}

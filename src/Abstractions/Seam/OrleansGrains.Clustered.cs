using Orleans;

namespace McpGateway.Abstractions.Seam;

/// <summary>Grain references of Orleans, for silos and for cluster clients alike.</summary>
public sealed class OrleansGrains(IGrainFactory factory) : IGrains
{
    /// <inheritdoc/>
    public T Get<T>(string key)
        where T : class, IGatewayGrain => factory.GetGrain<T>(key);
}

namespace McpGateway.Abstractions.Seam;

/// <summary>
/// Gives references to grains. Making one costs no call; a reference stays valid for the life of the process, so keep it.
/// </summary>
public interface IGrains
{
    /// <summary>The reference to the grain of <typeparamref name="T"/> with this key.</summary>
    T Get<T>(string key)
        where T : class, IGatewayGrain;
}

namespace McpGateway.EndToEnd.Tests.Hosting;

/// <summary>One small world for all tests of a class, which leave it as they find it.</summary>
public sealed class SharedWorld : IAsyncLifetime
{
    internal SmallWorld World { get; private set; } = null!;

    public async ValueTask InitializeAsync() => World = await SmallWorld.StartAsync();

    public ValueTask DisposeAsync() => World.DisposeAsync();
}

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>One fixture and one gateway for all tests of a class, started by the first that is not skipped.</summary>
public sealed class SharedWorld : IAsyncDisposable
{
    private readonly Lazy<Task<ConformanceWorld>> _world = new(static () => ConformanceWorld.StartAsync());

    internal Task<ConformanceWorld> GetAsync() => _world.Value;

    public async ValueTask DisposeAsync()
    {
        if (_world is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _world.Value).DisposeAsync();
        }
    }
}

using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;
using McpGateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Grains.Tests;

/// <summary>The embedded host with the grains of one test, on a clock that the test moves.</summary>
internal sealed class EmbeddedRuntime : IAsyncDisposable
{
    private readonly ServiceProvider _provider;

    private EmbeddedRuntime(ServiceProvider provider) => _provider = provider;

    public FakeTimeProvider Time => (FakeTimeProvider)_provider.GetRequiredService<TimeProvider>();

    public Probe Probe => _provider.GetRequiredService<Probe>();

    public MemoryGrainStore Store => _provider.GetRequiredService<MemoryGrainStore>();

    public EmbeddedHost Host => _provider.GetRequiredService<EmbeddedHost>();

    /// <summary>Runs these grains and no others.</summary>
    public static EmbeddedRuntime With(params Type[] grains) => With(static _ => { }, grains);

    /// <inheritdoc cref="With(Type[])"/>
    public static EmbeddedRuntime With(Action<EmbeddedHostOptions> configure, params Type[] grains) =>
        With(new FakeTimeProvider(), new MemoryGrainStore(), configure, grains);

    /// <inheritdoc cref="With(Type[])"/>
    public static EmbeddedRuntime With(TimeProvider time, MemoryGrainStore store, Action<EmbeddedHostOptions> configure, params Type[] grains)
    {
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(time)
            .AddSingleton(store)
            .AddSingleton<IGrainStore>(store)
            .AddSingleton<Probe>()
            .AddEmbeddedGrains(grains)
            .Configure(configure);
        return new EmbeddedRuntime(services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }));
    }

    public T Get<T>(string key = "one")
        where T : class, IGatewayGrain => _provider.GetRequiredService<IGrains>().Get<T>(key);

    // On a clock that stands still the host would wait for ever for grains that do not end.
    public async ValueTask DisposeAsync()
    {
        Probe.OpenAll();
        await _provider.DisposeAsync().Soon();
    }
}

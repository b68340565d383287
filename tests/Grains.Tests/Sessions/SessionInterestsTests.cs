using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Sessions;
using McpGateway.Grains.Seam;
using McpGateway.Grains.Sessions;
using McpGateway.Grains.Tests.Upstreams;
using McpGateway.Storage;
using McpGateway.Testing;
using McpGateway.Testing.Databases;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Grains.Tests.Sessions;

/// <summary>What a session wants to hear of reaches the node with its event stream, whichever node heard of it first.</summary>
public sealed class SessionInterestsTests : IAsyncLifetime
{
    private ServiceProvider _provider = null!;
    private DirectoryInfo _folder = null!;
    private TestStorage _storage = null!;

    public async ValueTask InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("mcpg-sessions-");
        _storage = await TestStorage.CreateAsync(_folder.FullName);
        _provider = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(new FakeTimeProvider())
            .AddGatewayStorage(_storage.Configure)
            .AddSessionGrains()
            .AddEmbeddedGrains(typeof(SessionGrain))
            .BuildServiceProvider();
        await _provider.GetRequiredService<GatewayDatabase>().InitializeAsync(UpstreamHost.Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _storage.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Watch_BeginsWithWhatIsAndFollowsEveryChange()
    {
        var grain = Grain();
        await grain.SubscribeAsync("a://1", UpstreamHost.Cancellation);
        await using var watch = grain.WatchAsync(UpstreamHost.Cancellation).GetAsyncEnumerator(UpstreamHost.Cancellation);

        (await NextAsync(watch)).Subscriptions.ShouldBe(["a://1"]);
        await grain.SubscribeAsync("a://2", UpstreamHost.Cancellation);
        (await NextAsync(watch)).Subscriptions.ShouldBe(["a://1", "a://2"]);
        await grain.UnsubscribeAsync("a://1", UpstreamHost.Cancellation);
        (await NextAsync(watch)).Subscriptions.ShouldBe(["a://2"]);
        await grain.OwnAsync("u/session/0", UpstreamHost.Cancellation);
        (await NextAsync(watch)).Connections.ShouldBe(["u/session/0"]);
        await grain.SetLogLevelAsync("error", UpstreamHost.Cancellation);
        (await NextAsync(watch)).LogLevel.ShouldBe("error");
    }

    [Fact]
    public async Task Watch_SessionEnds_EndsWithIt()
    {
        var grain = Grain();
        await using var watch = grain.WatchAsync(UpstreamHost.Cancellation).GetAsyncEnumerator(UpstreamHost.Cancellation);
        await NextAsync(watch);

        await grain.EndAsync(DateTimeOffset.MaxValue, UpstreamHost.Cancellation);

        (await watch.MoveNextAsync().Soon()).ShouldBeFalse();
        (await grain.SubscribeAsync("a://1", UpstreamHost.Cancellation)).ShouldBeTrue();
        await using var late = grain.WatchAsync(UpstreamHost.Cancellation).GetAsyncEnumerator(UpstreamHost.Cancellation);
        (await late.MoveNextAsync().Soon()).ShouldBeFalse("nothing is kept of a session that has ended");
    }

    [Fact]
    public async Task Subscribe_TwiceOrTooOften_IsCountedOnce()
    {
        var grain = Grain();
        for (var number = 0; number < ISessionGrain.MaxSubscriptions; number++)
        {
            (await grain.SubscribeAsync($"a://{number}", UpstreamHost.Cancellation)).ShouldBeTrue();
        }

        (await grain.SubscribeAsync("a://0", UpstreamHost.Cancellation)).ShouldBeTrue();
        (await grain.SubscribeAsync("a://more", UpstreamHost.Cancellation)).ShouldBeFalse();
        await grain.UnsubscribeAsync("a://0", UpstreamHost.Cancellation);
        (await grain.SubscribeAsync("a://more", UpstreamHost.Cancellation)).ShouldBeTrue();
    }

    private static async Task<SessionInterests> NextAsync(IAsyncEnumerator<SessionInterests> watch)
    {
        (await watch.MoveNextAsync().Soon()).ShouldBeTrue();
        return watch.Current;
    }

    private ISessionGrain Grain() => _provider.GetRequiredService<IGrains>().Get<ISessionGrain>("0123456789abcdef0123456789abcdef");
}

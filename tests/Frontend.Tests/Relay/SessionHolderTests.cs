using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Feed;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Overload;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Gateway.Metering;
using McpGateway.Gateway.Upstreams;
using McpGateway.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Tests.Relay;

public sealed class SessionHolderTests : IAsyncDisposable
{
    private static readonly McpOptions s_options = new() { SessionIdle = TimeSpan.FromHours(1) };

    private readonly FakeTimeProvider _time = new();
    private readonly TestGrains _grains = new();
    private readonly ServiceProvider _services;
    private readonly UpstreamTable _upstreams;
    private readonly SessionHolder _holder;

    public SessionHolderTests()
    {
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton<TimeProvider>(_time)
            .AddUpstreamTransports()
            .BuildServiceProvider();
        _grains.Upstream.Route = new UpstreamRoute(
            "u", "u", "u", TransportKind.StreamableHttp, "http://127.0.0.1:1/mcp", Era.Legacy, "2025-11-25", true, SharingMode.PerSession,
            default, 60, true, UpstreamState.Online, default, 1, 0);
        _upstreams = new UpstreamTable(
            _grains, new UpstreamHeaders(_grains.Access.Keys), _services.GetRequiredService<UpstreamHttp>(),
            new NodeGate(Options.Create(new OverloadOptions()), Options.Create(new UpstreamOptions())), new CallMeter(), new FeedStatus(_time));
        _holder = new SessionHolder(_upstreams, _grains, Options.Create(s_options), _time, NullLogger<SessionHolder>.Instance);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Round_TellsTheGrainOfEverySession_ThatWasUsedNotLongAgo()
    {
        var link = await LinkAsync();
        link.Remember("one", "s1", "u/one/0");
        link.Remember("two", "s2", "u/two/0");
        await _holder.HoldAsync(Cancellation);
        _grains.Connections.Held.Order().ShouldBe([("u/one/0", "s1"), ("u/two/0", "s2")]);

        _time.Advance(s_options.SessionIdle);
        link.SessionOf("one").ShouldBe("s1");
        await _holder.HoldAsync(Cancellation);
        _time.Advance(TimeSpan.FromMinutes(1));
        _grains.Connections.Held.Clear();
        await _holder.HoldAsync(Cancellation);

        _grains.Connections.Held.ShouldBe([("u/one/0", "s1")]);
        link.SessionOf("two").ShouldBeNull();
    }

    [Fact]
    public async Task Round_AGrainThatDoesNotAnswer_IsToldAgain()
    {
        (await LinkAsync()).Remember("one", "s1", "u/one/0");
        _grains.Connections.Fault = new TimeoutException("no silo");
        await _holder.HoldAsync(Cancellation);

        _grains.Connections.Fault = null;
        await _holder.HoldAsync(Cancellation);

        _grains.Connections.Held.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Forget_AnEntryThatWasReplaced_KeepsTheNewOne()
    {
        var link = await LinkAsync();
        link.Remember("one", "s1", "u/one/0");
        var old = link.Sessions.Single().Value;
        link.Remember("one", "s2", "u/one/0");

        link.Forget("one", old);

        link.SessionOf("one").ShouldBe("s2");
    }

    public async ValueTask DisposeAsync()
    {
        _holder.Dispose();
        await _services.DisposeAsync();
    }

    private async Task<UpstreamLink> LinkAsync() => (await _upstreams.GetAsync("u", Cancellation)).ShouldNotBeNull();
}

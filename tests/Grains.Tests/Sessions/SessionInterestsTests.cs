using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Nodes;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Sessions;
using McpGateway.Grains.Nodes;
using McpGateway.Grains.Seam;
using McpGateway.Grains.Sessions;
using McpGateway.Grains.Tests.Upstreams;
using McpGateway.Storage;
using McpGateway.Storage.Queries;
using McpGateway.Testing;
using McpGateway.Testing.Databases;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Grains.Tests.Sessions;

/// <summary>What a session wants to hear of reaches the node with its event stream, whichever node heard of it first.</summary>
public sealed class SessionInterestsTests : IAsyncLifetime
{
    private const string Key = "0123456789abcdef0123456789abcdef";

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
            .AddEmbeddedGrains(typeof(SessionGrain), typeof(NodeGrain))
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
    public async Task Listen_GivesWhatIs_AndAMailComesWithEachChange()
    {
        var grain = Grain();
        await grain.SubscribeAsync("a://1", UpstreamHost.Cancellation);
        await using var mail = Mail("here").GetAsyncEnumerator(UpstreamHost.Cancellation);

        (await ListenAsync(grain)).Subscriptions.ShouldBe(["a://1"]);
        await FollowAsync(mail, () => grain.SubscribeAsync("a://2", UpstreamHost.Cancellation).AsTask());
        (await ListenAsync(grain)).Subscriptions.ShouldBe(["a://1", "a://2"]);
        await FollowAsync(mail, () => grain.UnsubscribeAsync("a://1", UpstreamHost.Cancellation).AsTask());
        (await ListenAsync(grain)).Subscriptions.ShouldBe(["a://2"]);
        await FollowAsync(mail, async () => (await grain.OwnAsync("u/session/0", UpstreamHost.Cancellation)).ShouldBeTrue("the stream is open"));
        (await ListenAsync(grain)).Connections.ShouldBe(["u/session/0"]);
        await FollowAsync(mail, () => grain.SetLogLevelAsync("error", UpstreamHost.Cancellation).AsTask());
        (await ListenAsync(grain)).LogLevel.ShouldBe("error");
    }

    [Fact]
    public async Task Change_WhileNoStreamIsKnown_IsToldToAllNodes()
    {
        var grain = Grain();
        var before = await LastChangeAsync();

        await grain.SubscribeAsync("a://1", UpstreamHost.Cancellation);

        (await ChangesAfterAsync(before)).ShouldBe([(ChangeKind.SessionInterests, Key)]);
        (await grain.OwnAsync("u/session/0", UpstreamHost.Cancellation)).ShouldBeFalse("no stream is open");
        (await ChangesAfterAsync(before)).Count.ShouldBe(1, "each first call would be told to all nodes");
    }

    [Fact]
    public async Task Change_AfterTheStreamWasClosed_FindsNone()
    {
        var grain = Grain();
        await ListenAsync(grain);
        await grain.StopListeningAsync("here", 1, UpstreamHost.Cancellation);
        var before = await LastChangeAsync();

        await grain.SubscribeAsync("a://1", UpstreamHost.Cancellation);

        (await ChangesAfterAsync(before)).ShouldBe([(ChangeKind.SessionInterests, Key)]);
        (await grain.OwnAsync("u/session/0", UpstreamHost.Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task Listen_SessionHasEnded_SaysSo()
    {
        var grain = Grain();
        await ListenAsync(grain);

        await grain.EndAsync(DateTimeOffset.MaxValue, UpstreamHost.Cancellation);

        (await grain.ListenAsync("here", 1, UpstreamHost.Cancellation)).ShouldBeNull();
        (await grain.SubscribeAsync("a://1", UpstreamHost.Cancellation)).ShouldBeTrue("nothing is kept of a session that has ended");
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

    private static async Task<SessionInterests> ListenAsync(ISessionGrain grain) =>
        (await grain.ListenAsync("here", 1, UpstreamHost.Cancellation)).ShouldNotBeNull();

    /// <summary>The node's next mail says that the session's interests changed.</summary>
    private static async Task FollowAsync(IAsyncEnumerator<NodeMail> mail, Func<Task> change)
    {
        var arrival = mail.MoveNextAsync().AsTask();
        await change();
        (await arrival.Soon()).ShouldBeTrue();
        (mail.Current.Kind, mail.Current.Key).ShouldBe((NodeMailKind.Interests, Key));
    }

    private IAsyncEnumerable<NodeMail> Mail(string node) => _provider.GetRequiredService<IGrains>().Get<INodeGrain>(node).ReceiveAsync(0, UpstreamHost.Cancellation);

    private Task<long> LastChangeAsync() => _provider.GetRequiredService<GatewayDatabase>().ReadAsync((db, token) => db.LastChangeIdAsync(token), UpstreamHost.Cancellation);

    private async Task<List<(ChangeKind Kind, string Key)>> ChangesAfterAsync(long id) =>
        (await _provider.GetRequiredService<GatewayDatabase>().ReadAsync((db, token) => db.Changes.After(id, 100).ToListAsync(token), UpstreamHost.Cancellation))
        .ConvertAll(static change => (change.Kind, change.Key));

    private ISessionGrain Grain() => _provider.GetRequiredService<IGrains>().Get<ISessionGrain>(Key);
}

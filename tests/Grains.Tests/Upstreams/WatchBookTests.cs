using McpGateway.Abstractions.Upstreams;
using McpGateway.Grains.Upstreams;
using McpGateway.Testing;

namespace McpGateway.Grains.Tests.Upstreams;

/// <summary>
/// Who gets to hear a question that names no call, how long an upstream is listened to for the next one, and what a watch hears that takes over from another.
/// </summary>
public sealed class WatchBookTests
{
    private static readonly ReadOnlyMemory<byte> s_question = """{"jsonrpc":"2.0","id":1,"method":"roots/list"}"""u8.ToArray();

    private readonly FakeTimeProvider _time = new();
    private readonly WatchBook _book;

    public WatchBookTests() => _book = new WatchBook(limit: 10, principalLimit: 10, _time);

    [Fact]
    public async Task Question_WhileTwoNodesListenForCalls_IsNobodys()
    {
        var a = Listen("node a");
        var b = Listen("node b");
        _book.TellQuestion(s_question).ShouldBeFalse();

        _book.End(a);

        _book.TellQuestion(s_question).ShouldBeTrue();
        (await b.NextAsync(UpstreamHost.Cancellation)).ShouldHaveSingleItem().Kind.ShouldBe(WatchNewsKind.Question);
        _book.End(b);
        _book.TellQuestion(s_question).ShouldBeFalse();
    }

    [Fact]
    public async Task Question_WhileOneNodeListensAnew_GoesToTheNewWatch()
    {
        var leaving = Listen("node a");
        var staying = Listen("node a");

        _book.TellQuestion(s_question).ShouldBeTrue();

        (await staying.NextAsync(UpstreamHost.Cancellation)).ShouldHaveSingleItem();
        leaving.NextAsync(UpstreamHost.Cancellation).AsTask().IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Upstream_AfterTheLastCall_IsListenedToForAMoment()
    {
        _book.End(Listen("node a"));
        _book.IsWatched.ShouldBeTrue();

        _time.Advance(TimeSpan.FromSeconds(5));

        _book.IsWatched.ShouldBeFalse();
    }

    [Fact]
    public void Upstream_AfterTheLastWatchOfASession_IsNotListenedTo()
    {
        _book.End(Listen(onlyListener: null));

        _book.IsWatched.ShouldBeFalse();
    }

    [Theory]
    [InlineData("file:///a")]
    [InlineData("file:///a/below")]
    public async Task Update_BetweenTwoWatches_IsHeardByTheSecond(string updated)
    {
        _book.End(Watch("file:///a"));
        _book.TellUpdated(updated);

        (await NewsOfAsync(Watch("file:///a"))).ShouldBe([new ResourceUpdate("file:///a", updated)]);
    }

    [Fact]
    public async Task Updates_BetweenTwoWatches_OfSeveralBelow_AreHeardAsTheOneAbove()
    {
        _book.End(Watch("file:///a"));
        _book.TellUpdated("file:///a/one");
        _book.TellUpdated("file:///a/two");

        (await NewsOfAsync(Watch("file:///a"))).ShouldBe([new ResourceUpdate("file:///a", "file:///a")]);
    }

    private ConnectionWatch Watch(string uri) => _book.Begin(new WatchRequest([uri], Notices: false, Questions: false, OnlyListener: null), "principal");

    private static async Task<IEnumerable<ResourceUpdate>> NewsOfAsync(ConnectionWatch watch) =>
        (await watch.NextAsync(UpstreamHost.Cancellation).AsTask().Soon()).ShouldHaveSingleItem().Updates;

    private ConnectionWatch Listen(string? onlyListener) => _book.Begin(new WatchRequest([], Notices: false, Questions: true, onlyListener), "principal");
}

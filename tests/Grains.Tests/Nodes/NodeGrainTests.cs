using System.Text;
using McpGateway.Abstractions.Nodes;
using McpGateway.Grains.Nodes;
using McpGateway.Testing;

namespace McpGateway.Grains.Tests.Nodes;

public sealed class NodeGrainTests : IAsyncDisposable
{
    private readonly EmbeddedRuntime _runtime = EmbeddedRuntime.With(options => options.CopyArguments = true, typeof(NodeGrain), typeof(ReplyGrain));

    private INodeGrain Node => _runtime.Get<INodeGrain>("node-a");

    public ValueTask DisposeAsync() => _runtime.DisposeAsync();

    [Fact]
    public async Task Mail_ReachesTheNodeInOrder()
    {
        await using var reader = Node.ReceiveAsync(0, CancellationToken.None).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var first = reader.MoveNextAsync();
        await PostAsync("one");
        await PostAsync("two");

        (await first.Soon()).ShouldBeTrue();
        Text(reader.Current).ShouldBe("one");
        (await reader.MoveNextAsync().Soon()).ShouldBeTrue();
        Text(reader.Current).ShouldBe("two");
    }

    [Fact]
    public async Task Mail_OfABrokenStream_IsReadAgainAfterTheLastNumber()
    {
        long seen;
        await using (var reader = Node.ReceiveAsync(0, CancellationToken.None).GetAsyncEnumerator(TestContext.Current.CancellationToken))
        {
            var first = reader.MoveNextAsync();
            await PostAsync("one");
            await PostAsync("two");
            await first.Soon();
            seen = reader.Current.Number;
        }

        await using var again = Node.ReceiveAsync(seen, CancellationToken.None).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        (await again.MoveNextAsync().Soon()).ShouldBeTrue();

        Text(again.Current).ShouldBe("two");
    }

    [Fact]
    public async Task Mail_ForANodeThatIsGone_IsRefusedAfterAWhile()
    {
        await using var runtime = EmbeddedRuntime.With(TimeProvider.System, new MemoryGrainStore(), static _ => { }, typeof(NodeGrain));

        var posted = await runtime.Get<INodeGrain>("gone").PostAsync(NodeMail.Of(NodeMailKind.Answer, "1", default), CancellationToken.None).Soon();

        posted.ShouldBeFalse();
    }

    [Fact]
    public async Task Answer_IsCarriedToWhoeverReceives()
    {
        var reply = _runtime.Get<IReplyGrain>("r");
        await using var parts = reply.ReceiveAsync(CancellationToken.None).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await parts.MoveNextAsync().Soon();
        parts.Current.Kind.ShouldBe(ReplyPartKind.Ready);

        (await reply.SendAsync(new ReplyPart(ReplyPartKind.Response, "{}"u8.ToArray(), 200, null), CancellationToken.None)).ShouldBeTrue();
        await parts.MoveNextAsync().Soon();
        parts.Current.Kind.ShouldBe(ReplyPartKind.Response);
        (await parts.MoveNextAsync().Soon()).ShouldBeFalse();
    }

    [Fact]
    public async Task Answer_ThatNobodyReceives_IsRefused() =>
        (await _runtime.Get<IReplyGrain>("nobody").SendAsync(ReplyPart.Of(ReplyPartKind.End), CancellationToken.None)).ShouldBeFalse();

    private async Task PostAsync(string text) =>
        (await Node.PostAsync(NodeMail.Of(NodeMailKind.Answer, "1", Encoding.UTF8.GetBytes(text)), CancellationToken.None).Soon()).ShouldBeTrue();

    private static string Text(NodeMail mail) => Encoding.UTF8.GetString(mail.Content.Span);
}

using System.Text;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams;
using McpGateway.Gateway.Upstreams.Channels;
using McpGateway.Protocol.Mcp;
using McpGateway.Testing;

namespace McpGateway.Gateway.Tests.Upstreams;

public sealed class DuplexClientTests : IAsyncDisposable
{
    private readonly ScriptedTransport _transport = new();
    private DuplexClient? _client;

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Calls_WithTheSameIdAndToken_GetTheirOwnAnswersAndProgress()
    {
        Create();
        var one = Call("""{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"a","_meta":{"progressToken":"p","k":1}}}""");
        var first = await _transport.HearAsync();
        var two = Call("""{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"b","_meta":{"progressToken":"p"}}}""");
        var second = await _transport.HearAsync();

        first.GetProperty("id").GetRawText().ShouldNotBe(second.GetProperty("id").GetRawText());
        first.GetProperty("params").GetProperty("_meta").GetProperty("k").GetInt32().ShouldBe(1);
        var (firstId, secondId) = (first.GetProperty("id").GetRawText(), second.GetProperty("id").GetRawText());
        var secondToken = second.GetProperty("params").GetProperty("_meta").GetProperty("progressToken").GetRawText();
        _transport.Say($$$"""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":{{{secondToken}}},"progress":1}}""");
        _transport.Say($$$"""{"jsonrpc":"2.0","id":{{{secondId}}},"result":{"second":true}}""");
        _transport.Say($$$"""{"jsonrpc":"2.0","id":{{{firstId}}},"result":{"first":true}}""");

        (await two).Select(Text).ShouldBe([
            """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":1}}""",
            """{"jsonrpc":"2.0","id":"x","result":{"second":true}}"""]);
        (await one).Select(Text).ShouldBe(["""{"jsonrpc":"2.0","id":"x","result":{"first":true}}"""]);
        _client!.Running.ShouldBe(0);
    }

    [Fact]
    public async Task Leaving_CancelsUpstreamWithTheIdOnTheWire()
    {
        Create();
        using var leaving = new CancellationTokenSource();
        var call = CallUntil(Request(7), leaving.Token);
        var sent = await _transport.HearAsync();

        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
        var cancel = await _transport.HearAsync();
        cancel.GetProperty("method").GetString().ShouldBe("notifications/cancelled");
        cancel.GetProperty("params").GetProperty("requestId").GetRawText().ShouldBe(sent.GetProperty("id").GetRawText());
        _client!.Running.ShouldBe(0);
    }

    [Fact]
    public async Task Answered_IsNotCancelled()
    {
        Create();
        var call = Call(Request(7));
        await AnswerAsync();
        await call;

        _transport.TryHear(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Break_FailsEveryCall_AndLaterOnesAtOnce()
    {
        Create();
        var one = Call(Request(1));
        var two = Call(Request(2));
        await _transport.HearAsync();
        await _transport.HearAsync();

        _transport.Break(new UpstreamFailure(UpstreamFault.Broken, "gone"));

        (await one).Single().Fault.ShouldBe(UpstreamFault.Broken);
        (await two).Single().Detail.ShouldBe("gone");
        (await Call(Request(3))).Single().Fault.ShouldBe(UpstreamFault.Unreachable);
        (await _client!.Ended.Soon()).Detail.ShouldBe("gone");
    }

    [Fact]
    public async Task MoreCallsThanAllowed_AreRefusedAsBusy()
    {
        Create(new DuplexSettings { MaxCalls = 1 });
        var one = Call(Request(1));
        await _transport.HearAsync();

        (await Call(Request(2))).Single().Fault.ShouldBe(UpstreamFault.Busy);

        _transport.Say("""{"jsonrpc":"2.0","id":1,"result":{}}""");
        await one;
        var three = Call(Request(3));
        await AnswerAsync();
        (await three).Single().Kind.ShouldBe(ConnectionReplyKind.Response);
    }

    [Fact]
    public async Task Log_WithOneCallRunning_BelongsToIt()
    {
        Create(new DuplexSettings { SharedByStrangers = true });
        var call = Call(Request(1));
        var sent = await _transport.HearAsync();
        _transport.Say(Log);
        Answer(sent);

        (await call).Select(reply => reply.Kind).ShouldBe([ConnectionReplyKind.Notification, ConnectionReplyKind.Response]);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task Log_WithSeveralCallsRunning_GoesToTheNewest_ButNeverAmongStrangers(bool strangers, int expected)
    {
        Create(new DuplexSettings { SharedByStrangers = strangers });
        var one = Call(Request(1));
        var first = await _transport.HearAsync();
        var two = Call(Request(2));
        var second = await _transport.HearAsync();
        _transport.Say(Log);
        Answer(first);
        Answer(second);

        (await one).Count.ShouldBe(1);
        (await two).Count.ShouldBe(1 + expected);
    }

    [Fact]
    public async Task Ping_IsAnswered_OtherQuestionsAreRefused()
    {
        Create();
        _transport.Say("""{"jsonrpc":"2.0","id":"s1","method":"ping"}""");
        _transport.Say("""{"jsonrpc":"2.0","id":99,"method":"sampling/createMessage","params":{}}""");

        var answers = new[] { await _transport.HearAsync(), await _transport.HearAsync() }.Select(answer => answer.GetRawText()).ToArray();

        answers.ShouldContain("""{"jsonrpc":"2.0","id":"s1","result":{}}""");
        answers.ShouldContain(answer => answer.Contains("\"id\":99,\"error\":{\"code\":-32601", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ListChanged_AndOtherNotifications_AreTold()
    {
        var told = new List<McpMethod>();
        Create(new DuplexSettings { OnListChanged = told.Add, OnNotification = (method, _) => told.Add(method) });
        var call = Call(Request(1));
        var sent = await _transport.HearAsync();
        _transport.Say("""{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""");
        _transport.Say("""{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"file:///a"}}""");
        Answer(sent);

        (await call).Count.ShouldBe(1);
        told.ShouldBe([McpMethod.NotificationToolsListChanged, McpMethod.NotificationResourcesUpdated]);
    }

    [Fact]
    public async Task Garbage_WithTheIdOfACall_FailsThatCall_OtherGarbageIsIgnored()
    {
        var oddities = new List<string>();
        Create(new DuplexSettings { OnOddity = oddities.Add });
        var one = Call(Request(1));
        var first = await _transport.HearAsync();
        var two = Call(Request(2));
        var second = await _transport.HearAsync();
        _transport.Say("{broken");
        _transport.Say("{\"jsonrpc\":\"2.0\",\"id\":" + first.GetProperty("id").GetRawText() + ",\"result\":{},\"error\":{}}");
        _transport.Say("""{"jsonrpc":"2.0","id":777,"result":{}}""");
        Answer(second);

        (await one).Single().Fault.ShouldBe(UpstreamFault.Invalid);
        (await two).Single().Kind.ShouldBe(ConnectionReplyKind.Response);
        oddities.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Batch_IsTakenApart()
    {
        Create();
        var one = Call(Request(1));
        var two = Call(Request(2));
        var (first, second) = ((await _transport.HearAsync()).GetProperty("id").GetRawText(), (await _transport.HearAsync()).GetProperty("id").GetRawText());
        _transport.Say($$$"""[{"jsonrpc":"2.0","id":{{{second}}},"result":{}},{"jsonrpc":"2.0","id":{{{first}}},"error":{"code":1,"message":"m"}}]""");

        (await one).Single().Kind.ShouldBe(ConnectionReplyKind.Response);
        (await two).Single().Kind.ShouldBe(ConnectionReplyKind.Response);
    }

    [Fact]
    public async Task SlowReader_LosesNotifications_ButNotTheResponse()
    {
        Create();
        var call = _client!.CallAsync(Encoding.UTF8.GetBytes(Request(1, token: true)), UpstreamRig.Cancelled).GetAsyncEnumerator(UpstreamRig.Cancelled);
        var next = call.MoveNextAsync();
        var sent = await _transport.HearAsync();
        var token = sent.GetProperty("id").GetRawText();
        for (var i = 0; i < 5_000; i++)
        {
            _transport.Say($$$"""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":{{{token}}},"progress":{{{i}}}}}""");
        }

        Answer(sent);
        await Eventually.TrueAsync(() => _client.Ended.IsCompleted || Drained(), "everything was routed");
        var count = 0;
        while (await next.Soon())
        {
            count++;
            if (call.Current.Kind == ConnectionReplyKind.Response)
            {
                break;
            }

            next = call.MoveNextAsync();
        }

        count.ShouldBeInRange(1, 1_100);
        call.Current.Kind.ShouldBe(ConnectionReplyKind.Response);
        await call.DisposeAsync();
    }

    [Fact]
    public async Task Disposing_FailsWhatRuns()
    {
        Create();
        var call = Call(Request(1));
        await _transport.HearAsync();

        await _client!.DisposeAsync();

        (await call).Single().Fault.ShouldBe(UpstreamFault.Broken);
        _transport.Disposed.ShouldBeTrue();
    }

    private const string Log = """{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}""";

    private static string Request(int id, bool token = false) =>
        $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"tools/call\",\"params\":{{\"name\":\"a\"{(token ? ",\"_meta\":{\"progressToken\":1}" : "")}}}}}";

    private static string Text(ConnectionReply reply) => Encoding.UTF8.GetString(reply.Message.Span);

    private bool Drained() => _transport.Pending == 0;

    private void Create(DuplexSettings? settings = null) => _client = new DuplexClient(_transport, settings ?? new DuplexSettings());

    private async Task AnswerAsync() => Answer(await _transport.HearAsync());

    private void Answer(System.Text.Json.JsonElement request) =>
        _transport.Say($$$"""{"jsonrpc":"2.0","id":{{{request.GetProperty("id").GetRawText()}}},"result":{}}""");

    private Task<List<ConnectionReply>> Call(string message) => CallUntil(message, UpstreamRig.Cancelled);

    private async Task<List<ConnectionReply>> CallUntil(string message, CancellationToken cancellationToken)
    {
        var replies = new List<ConnectionReply>();
        await foreach (var reply in _client!.CallAsync(Encoding.UTF8.GetBytes(message), cancellationToken))
        {
            replies.Add(reply);
        }

        return replies;
    }
}

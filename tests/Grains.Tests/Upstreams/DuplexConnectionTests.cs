using System.Globalization;
using System.Text;
using System.Text.Json;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Grains.Tests.Upstreams;

public sealed class DuplexConnectionTests
{
    [Fact]
    public async Task Stdio_CallsReachTheProcessAndKeepTheirIds()
    {
        await using var host = await StartStdioAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => host.CallAsync("echo", $$"""{"i":{{i}}}""", id: "\"same\"")));

        for (var i = 0; i < replies.Length; i++)
        {
            UpstreamHost.TextOf(replies[i]).ShouldBe($$"""{"i":{{i}}}""");
            JsonElement.Parse(replies[i][^1].Message.Span).GetProperty("id").GetString().ShouldBe("same");
        }
    }

    [Fact]
    public async Task Stdio_ProgressComesBackUnderTheCallersToken()
    {
        await using var host = await StartStdioAsync();

        var calls = await Task.WhenAll(host.CallAsync("progress", progressToken: "\"p\""), host.CallAsync("progress", progressToken: "7"));

        foreach (var (replies, token) in calls.Zip((string[])["\"p\"", "7"]))
        {
            replies.Select(reply => reply.Kind).ShouldBe(
                [ConnectionReplyKind.Notification, ConnectionReplyKind.Notification, ConnectionReplyKind.Notification, ConnectionReplyKind.Response]);
            var wanted = $"\"progressToken\":{token},";
            replies.SkipLast(1).Select(reply => Encoding.UTF8.GetString(reply.Message.Span)).ShouldAllBe(text => text.Contains(wanted));
        }
    }

    [Fact]
    public async Task Stdio_LogsComeBeforeTheAnswer()
    {
        await using var host = await StartStdioAsync();

        var replies = await host.CallAsync("log", """{"text":"working"}""");

        replies.Count.ShouldBe(2);
        Encoding.UTF8.GetString(replies[0].Message.Span).ShouldContain("\"data\":\"working\"");
    }

    [Fact]
    public async Task Stdio_LeavingACallCancelsIt()
    {
        await using var host = await StartStdioAsync();
        await host.CallAsync("echo");
        using var leaving = new CancellationTokenSource();
        var waiting = host.CallAsync("wait", cancellationToken: leaving.Token);
        await Task.WhenAny(waiting, host.CallAsync("echo"));

        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
        await Eventually.TrueAsync(
            () => JsonElement.Parse(UpstreamHost.TextOf(host.CallAsync("env").Result)).GetProperty("cancelled").GetArrayLength() == 1, "the process was told");
    }

    [Fact]
    public async Task Stdio_QuestionsAreRefused()
    {
        await using var host = await StartStdioAsync();

        UpstreamHost.TextOf(await host.CallAsync("ask")).ShouldContain("-32601");
        UpstreamHost.TextOf(await host.CallAsync("ask", """{"method":"ping"}""")).ShouldContain("\"result\":{}");
    }

    [Fact]
    public async Task Stdio_Modern_IsNotInitialized()
    {
        await using var host = await StartStdioAsync("--modern");
        await host.RefreshAsync();

        UpstreamHost.TextOf(await host.CallAsync("echo", """{"a":1}""")).ShouldBe("""{"a":1}""");
    }

    [Fact]
    public async Task Stdio_DeathFailsItsCalls_AndTheNextStartsAnother()
    {
        await using var host = await StartStdioAsync();
        var first = await ProcessAsync(host);
        var waiting = host.CallAsync("wait");
        await host.CallAsync("echo");

        (await host.CallAsync("die")).Single().Fault.ShouldBe(UpstreamFault.Broken);

        var broken = (await waiting).Single();
        broken.Fault.ShouldBe(UpstreamFault.Broken);
        broken.Detail.ShouldNotBeNull().ShouldContain("exit code 9");
        (await ProcessAsync(host)).ShouldNotBe(first);
    }

    [Fact]
    public async Task Stdio_DyingAgainAndAgain_IsNotStartedAgainAtOnce()
    {
        await using var host = await StartStdioAsync();
        UpstreamFault last;
        string? detail;
        var tries = 0;
        do
        {
            var reply = (await host.CallAsync("die"))[^1];
            (last, detail) = (reply.Fault, reply.Detail);
        }
        while (last == UpstreamFault.Broken && ++tries < 10);

        last.ShouldBe(UpstreamFault.Unreachable);
        detail.ShouldNotBeNull().ShouldContain("times in a row");
        tries.ShouldBeInRange(2, 6);
    }

    [Fact]
    public async Task Stdio_ACommandThatIsNotThere_SaysSo()
    {
        await using var host = await UpstreamHost.StartInRealTimeAsync();
        await host.AddAsync(row => (row.Transport, row.Command) = (TransportKind.Stdio, "no-such-command"));

        var reply = (await host.CallAsync("echo")).Single();

        reply.Fault.ShouldBe(UpstreamFault.Unreachable);
        reply.Detail.ShouldNotBeNull().ShouldContain("'no-such-command' was not found");
    }

    [Fact]
    public async Task Stdio_StandardErrorIsReadableAtTheUpstream()
    {
        await using var host = await StartStdioAsync();
        await host.CallAsync("stderr", """{"text":"something odd"}""");

        await Eventually.TrueAsync(
            () => host.Upstream().ReadLogAsync(UpstreamHost.Cancellation).AsTask().Result
                .Any(line => line is { Text: "something odd", Connection: "owner/0" }),
            "the line is in the log");
    }

    [Fact]
    public async Task Stdio_ListChanged_IsLookedAt()
    {
        await using var host = await StartStdioAsync();
        await host.RefreshAsync();
        var seen = (await host.RowAsync()).LastSeen;

        await host.CallAsync("change");

        await Eventually.TrueAsync(() => host.RowAsync().Result.LastSeen > seen, "it was looked at");
    }

    [Fact]
    public async Task Stdio_CloseEndsTheProcess()
    {
        await using var host = await StartStdioAsync("--stubborn");
        var process = await ProcessAsync(host);

        await host.Connection().CloseAsync("test");

        await Eventually.TrueAsync(() => !IsAlive(process), "the process is gone");
    }

    [Fact]
    public async Task Stdio_ShutdownEndsTheProcess()
    {
        int process;
        await using (var host = await StartStdioAsync("--stubborn"))
        {
            process = await ProcessAsync(host);
        }

        IsAlive(process).ShouldBeFalse();
    }

    [Fact]
    public async Task Stdio_ChangedEnvironment_RestartsTheProcess()
    {
        await using var host = await StartStdioAsync();
        var first = await ProcessAsync(host);

        await host.ChangeAsync(row => row.SealedEnvironment = host.Secrets.Environment.Seal("""{"GIVEN":"value"}""", "u"));
        await host.Upstream().ReconfigureAsync();

        await Eventually.TrueAsync(() => !IsAlive(first), "the old process is gone");
        var env = JsonElement.Parse(UpstreamHost.TextOf(await host.CallAsync("env"))).GetProperty("env");
        env.GetProperty("GIVEN").GetString().ShouldBe("value");
        env.EnumerateObject().Select(member => member.Name).Except(["GIVEN", "HOME", "LANG", "PATH", "TMPDIR"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Stdio_Disabled_EndsTheProcessAndRefusesCalls()
    {
        await using var host = await StartStdioAsync();
        var process = await ProcessAsync(host);

        await host.ChangeAsync(row => row.Enabled = false);
        await host.Upstream().ReconfigureAsync();

        await Eventually.TrueAsync(() => !IsAlive(process), "the process is gone");
        (await host.CallAsync("echo")).Single().Fault.ShouldBe(UpstreamFault.Disabled);
    }

    [Fact]
    public async Task Stdio_Owners_HaveProcessesOfTheirOwn()
    {
        await using var host = await StartStdioAsync();

        (await ProcessAsync(host, "one")).ShouldNotBe(await ProcessAsync(host, "two"));
    }

    [Fact]
    public async Task Sse_CallsAndProgressShareOneStream()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.AddTool("steps", async call =>
        {
            await call.ProgressAsync(1, 2);
            await call.ProgressAsync(2, 2);
            return FakeCall.Text("done");
        });
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.SseUrl, TransportKind.Sse);

        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => host.CallAsync("steps", progressToken: "\"t\"")));

        replies.ShouldAllBe(each => each.Count == 3);
        replies.ShouldAllBe(each => UpstreamHost.TextOf(each) == "done");
        upstream.OpenStreams.ShouldBe(1);
        upstream.ReceivedOf("initialize").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Sse_CutStream_FailsItsCalls_AndTheNextOpensAnother()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.AddTool("wait", async call =>
        {
            running.SetResult();
            await Task.Delay(Timeout.Infinite, call.Cancelled);
            return "";
        });
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.SseUrl, TransportKind.Sse);
        var waiting = host.CallAsync("wait");
        await running.Task.Soon();

        upstream.CloseStreams();

        (await waiting.Soon()).Single().Fault.ShouldBe(UpstreamFault.Broken);
        UpstreamHost.TextOf(await host.CallAsync("echo")).ShouldBe("{}");
    }

    [Fact]
    public async Task Sse_PostThatIsRefused_FailsThatCallOnly()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.SseUrl, TransportKind.Sse);
        await host.CallAsync("echo");
        upstream.Fail("tools/call", FakeFault.ServerError, times: 1);

        (await host.CallAsync("echo")).Single().Fault.ShouldBe(UpstreamFault.HttpError);
        UpstreamHost.TextOf(await host.CallAsync("echo")).ShouldBe("{}");
        upstream.ReceivedOf("initialize").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Sse_ForgottenSession_IsOpenedAnewAndTheCallSentOnceMore()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        await using var host = await UpstreamHost.StartAsync();
        await host.AddHttpAsync(upstream.SseUrl, TransportKind.Sse);
        await host.CallAsync("echo");
        upstream.Fail("tools/call", FakeFault.SessionNotFound, times: 1);

        UpstreamHost.TextOf(await host.CallAsync("echo")).ShouldBe("{}");

        upstream.Fail("tools/call", FakeFault.SessionNotFound, times: 2);
        (await host.CallAsync("echo")).Single().Fault.ShouldBe(UpstreamFault.SessionLost);
    }

    [Fact]
    public async Task Sse_IdleForLong_IsClosed_ButNotWhileACallRuns()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.AddTool("wait", async _ =>
        {
            await release.Task;
            return FakeCall.Text("waited");
        });
        await using var host = await UpstreamHost.StartAsync(options => options.ConnectionIdle = TimeSpan.FromMinutes(2));
        await host.AddHttpAsync(upstream.SseUrl, TransportKind.Sse);
        var waiting = host.CallAsync("wait");
        await upstream.WaitForAsync("tools/call");
        // Its time to be taken is measured on the same clock that is put forward below.
        await Eventually.TrueAsync(() => upstream.PendingPosts == 0, "every message is taken");
        await host.CallAsync("echo");

        for (var i = 0; i < 4; i++)
        {
            host.Time.Advance(TimeSpan.FromMinutes(1));
            await host.Upstream().WakeAsync();
        }

        release.SetResult();
        UpstreamHost.TextOf(await waiting.Soon()).ShouldBe("waited");

        await Eventually.TrueAsync(
            () =>
            {
                host.Time.Advance(TimeSpan.FromSeconds(1));
                return upstream.OpenStreams == 0;
            },
            "the idle stream is closed");
    }

    [Fact]
    public async Task TooManyCalls_AreRefusedAsBusy()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.AddTool("wait", async _ =>
        {
            await release.Task;
            return FakeCall.Text("waited");
        });
        await using var host = await UpstreamHost.StartAsync(options => options.MaxCallsPerConnection = 2);
        await host.AddHttpAsync(upstream.SseUrl, TransportKind.Sse);
        var waiting = Task.WhenAll(host.CallAsync("wait"), host.CallAsync("wait"));
        await upstream.WaitForAsync("tools/call", 2);

        (await host.CallAsync("echo")).Single().Fault.ShouldBe(UpstreamFault.Busy);

        release.SetResult();
        (await waiting.Soon()).ShouldAllBe(each => UpstreamHost.TextOf(each) == "waited");
    }

    private static async Task<UpstreamHost> StartStdioAsync(params string[] options)
    {
        var host = await UpstreamHost.StartInRealTimeAsync();
        await host.AddStdioAsync(options);
        return host;
    }

    private static async Task<int> ProcessAsync(UpstreamHost host, string owner = "owner") =>
        JsonElement.Parse(UpstreamHost.TextOf(await host.CallAsync("env", owner: owner))).GetProperty("pid").GetInt32();

    private static bool IsAlive(int process)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}

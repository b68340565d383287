using System.Net;
using System.Text.Json;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Tests.Bridging;
using McpGateway.Frontend.Tests.Questions;
using McpGateway.Grains.Sessions;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Frontend.Tests.Sessions;

/// <summary>Legacy clients that lose the connection, and upstreams that do.</summary>
public sealed class ResumptionTests
{
    [Fact]
    public async Task Call_WhoseClientLostTheConnection_Finishes_AndItsAnswerIsFetched()
    {
        var go = new TaskCompletionSource();
        await using var world = await StartAsync(go);
        var session = await world.OpenAsync("2025-06-18");

        string? lastId;
        using (var call = await CallAsync(world, session, "steps"))
        {
            (lastId, var first) = await NextAsync(call);
            first!.Value.GetProperty("params").GetProperty("data").GetString().ShouldBe("one");
        }

        go.SetResult();
        using var resumed = await ResumeAsync(world, session, lastId!);

        (await NextAsync(resumed)).Message!.Value.GetProperty("params").GetProperty("data").GetString().ShouldBe("two");
        QuestionWorld.TextOf((await NextAsync(resumed)).Message).ShouldBe("done");
        (await NextAsync(resumed)).Message.ShouldBeNull();
        world.Upstream.ReceivedOf("tools/call").Count.ShouldBe(1);
        world.Upstream.ReceivedOf("notifications/cancelled").ShouldBeEmpty();
    }

    [Fact]
    public async Task Answer_WhoseClientHasLeft_IsHandedOver_AndNoLongerKeptByTheNode()
    {
        var go = new TaskCompletionSource();
        await using var world = await StartAsync(go);
        var session = await world.OpenAsync("2025-06-18");
        var lastId = await LoseAsync(world, session, go);
        var (onNode, inGrains) = (world.Gateway.Services.GetRequiredService<KeptAnswers>().Room, world.Gateway.Services.GetRequiredService<LostAnswerRoom>().Bytes);

        await Eventually.TrueAsync(() => inGrains.Spent > 0 && onNode.Spent == 0, "the session's grain has the answer, and the node no longer");
        for (var time = 0; time < 2; time++)
        {
            // A second time too: the client may have lost it again.
            using var resumed = await ResumeAsync(world, session, lastId);
            (await NextAsync(resumed)).Message!.Value.GetProperty("params").GetProperty("data").GetString().ShouldBe("two");
            QuestionWorld.TextOf((await NextAsync(resumed)).Message).ShouldBe("done");
            (await NextAsync(resumed)).Message.ShouldBeNull();
        }

        using var ended = await world.SendAsync(HttpMethod.Delete, $"/servers/{world.ServerId}/mcp", null, ("Mcp-Session-Id", session)).Soon();
        using var late = await ResumeAsync(world, session, lastId);

        ended.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        late.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        inGrains.Spent.ShouldBe(0);
        onNode.Spent.ShouldBe(0);
    }

    [Fact]
    public async Task Answer_OfSomebodyElse_IsAsUnknownAsASessionThatNeverWas()
    {
        var go = new TaskCompletionSource();
        await using var world = await StartAsync(go);
        var session = await world.OpenAsync("2025-06-18");
        var lastId = await LoseAsync(world, session, go);
        var made = await world.Gateway.SendAsync("POST", "/tokens", """{"name":"stranger"}""");
        var stranger = ("Authorization", $"Bearer {made["access_token"]}");

        using var foreign = await ResumeAsync(world, session, lastId, stranger);
        using var unknown = await ResumeAsync(world, session[..^4] + "AAAA", lastId, stranger);

        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await foreign.Content.ReadAsStringAsync().Soon()).ShouldBe(await unknown.Content.ReadAsStringAsync().Soon());
    }

    [Fact]
    public async Task Session_ThatEndsWhileItsCallRuns_KeepsNothingOfIt()
    {
        var go = new TaskCompletionSource();
        await using var world = await StartAsync(go);
        var session = await world.OpenAsync("2025-06-18");
        using var call = await CallAsync(world, session, "steps");
        await NextAsync(call);

        using var ended = await world.SendAsync(HttpMethod.Delete, $"/servers/{world.ServerId}/mcp", null, ("Mcp-Session-Id", session)).Soon();
        (await NextAsync(call)).Message.ShouldBeNull();

        world.Gateway.Services.GetRequiredService<KeptAnswers>().Room.Spent.ShouldBe(0);
        world.Gateway.Services.GetRequiredService<LostAnswerRoom>().Bytes.Spent.ShouldBe(0);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    [InlineData(4, 0)]
    public async Task Stream_CutAtAnyEvent_IsReplayedFromThere(int after, int expected)
    {
        var go = new TaskCompletionSource();
        go.SetResult();
        await using var world = await StartAsync(go);
        var session = await world.OpenAsync("2025-06-18");
        using var call = await CallAsync(world, session, "steps");
        var ids = new List<string>();
        while (await NextAsync(call) is { Message: not null } sent)
        {
            ids.Add(sent.Id!);
        }

        using var resumed = await ResumeAsync(world, session, $"{LastEventId.Parse(ids[0])!.Value.Stream}-{after}");
        var replayed = new List<string>();
        while (await NextAsync(resumed) is { Message: not null } sent)
        {
            replayed.Add(sent.Id!);
        }

        ids.Count.ShouldBe(3);
        replayed.ShouldBe(ids.TakeLast(expected));
    }

    [Fact]
    public async Task Client_OfNovember2025_LearnsSoonWhereItIs()
    {
        var go = new TaskCompletionSource();
        await using var world = await StartAsync(go);
        var session = await world.OpenAsync("2025-11-25");

        using var call = await CallAsync(world, session, "quiet");
        using var reader = new StreamReader(await call.Content.ReadAsStreamAsync().Soon());
        var lines = new List<string>();
        for (var line = await reader.ReadLineAsync().Soon(); line is { Length: > 0 }; line = await reader.ReadLineAsync().Soon())
        {
            lines.Add(line);
        }

        go.SetResult();

        lines[0].ShouldStartWith("id: ");
        lines[1].ShouldStartWith("retry: ");
        lines[2].Trim().ShouldBe("data:");
        using var resumed = await ResumeAsync(world, session, lines[0]["id: ".Length..]);
        QuestionWorld.TextOf((await NextAsync(resumed)).Message).ShouldBe("quiet");
    }

    [Fact]
    public async Task Stream_OfAnotherSession_IsNotReplayed()
    {
        var go = new TaskCompletionSource();
        go.SetResult();
        await using var world = await StartAsync(go);
        var session = await world.OpenAsync("2025-06-18");
        using var call = await CallAsync(world, session, "steps");
        var (id, _) = await NextAsync(call);

        var other = await world.OpenAsync("2025-06-18");
        using var resumed = await ResumeAsync(world, other, LastEventId.Parse(id!)!.Value.Stream + "-0");
        using var reader = new StreamReader(await resumed.Content.ReadAsStreamAsync().Soon());

        resumed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await reader.ReadLineAsync().Soon()).ShouldBe(":");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("a-b")]
    [InlineData("a-99999999999999999999999")]
    public async Task LastEventId_ThatIsNone_OpensANewStream(string id)
    {
        await using var world = await StartAsync(new TaskCompletionSource());
        var session = await world.OpenAsync("2025-06-18");

        using var stream = await ResumeAsync(world, session, id);

        stream.StatusCode.ShouldBe(HttpStatusCode.OK);
        stream.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
    }

    [Fact]
    public async Task GeneralStream_ThatWasLost_IsReadOn()
    {
        await using var world = await StartAsync(new TaskCompletionSource());
        var session = await world.OpenAsync("2025-06-18");
        string? id;
        using (var stream = await ResumeAsync(world, session, ""))
        {
            world.Upstream.AddTool("more");
            await RefreshAsync(world);
            (id, var changed) = await NextAsync(stream);
            changed!.Value.GetProperty("method").GetString().ShouldBe("notifications/tools/list_changed");
        }

        world.Upstream.AddResource("file:///new");
        await RefreshAsync(world);
        await Eventually.TrueAsync(() => ListsAsync(world, session).GetAwaiter().GetResult(), "the node knows the new resource");
        using var resumed = await ResumeAsync(world, session, id!);

        (await NextAsync(resumed)).Message!.Value.GetProperty("method").GetString().ShouldBe("notifications/resources/list_changed");
    }

    [Theory]
    [InlineData("own")]
    [InlineData("another session's")]
    [InlineData("unknown")]
    public async Task EventId_InASessionThatHasEnded_IsAsUnknownAsTheSession(string whose)
    {
        var go = new TaskCompletionSource();
        await using var world = await StartAsync(go);
        var (session, other) = (await world.OpenAsync("2025-06-18"), await world.OpenAsync("2025-06-18"));
        var lastId = whose == "unknown" ? "0123456789ab1-1" : await LoseAsync(world, whose == "own" ? session : other, go);
        using var ended = await world.SendAsync(HttpMethod.Delete, $"/servers/{world.ServerId}/mcp", null, ("Mcp-Session-Id", session)).Soon();

        using var resumed = await ResumeAsync(world, session, lastId);
        using var plain = await world.SendAsync(HttpMethod.Get, $"/servers/{world.ServerId}/mcp", null, ("Mcp-Session-Id", session)).Soon();

        resumed.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await resumed.Content.ReadAsStringAsync().Soon()).ShouldBe(await plain.Content.ReadAsStringAsync().Soon());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Upstream_ThatLeavesAfterAnyEvent_IsResumedFromThere(int events)
    {
        await using var world = await StartAsync(new TaskCompletionSource(), upstream => upstream.AddTool("leaves", async call =>
        {
            for (var number = 0; number < events; number++)
            {
                await call.LogAsync($"{number}");
            }

            await call.LeaveAsync($"place-{events}", retryMilliseconds: 10);
            return FakeCall.Text("came back");
        }));

        var session = await world.OpenAsync("2025-11-25");
        using var call = new LiveAnswer(await CallAsync(world, session, "leaves"));
        var heard = new List<JsonElement>();
        while (await call.NextAsync() is { } message)
        {
            heard.Add(message);
        }

        heard.Take(events).Select(message => message.GetProperty("params").GetProperty("data").GetString()).ShouldBe(Enumerable.Range(0, events).Select(number => $"{number}"));
        heard.Count.ShouldBe(events + 1);
        QuestionWorld.TextOf(heard[^1]).ShouldBe("came back");
        world.Upstream.ReceivedOf("tools/call").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Upstream_ThatClosesItsStream_IsResumed_AndTheClientDoesNotNotice()
    {
        await using var world = await StartAsync(new TaskCompletionSource(), upstream => upstream.AddTool("leaves", async call =>
        {
            await call.LeaveAsync("place-1", retryMilliseconds: 10);
            return FakeCall.Text("came back");
        }));

        var answer = await world.RequestAsync("2025-11-25", "tools/call", """{"name":"leaves","arguments":{}}""");

        QuestionWorld.TextOf(answer).ShouldBe("came back");
        world.Upstream.Received.Single(request => request.HttpMethod == "GET" && request.Headers.ContainsKey("Last-Event-ID"))
            .Headers["Last-Event-ID"].ShouldBe("place-1");
        world.Upstream.ReceivedOf("tools/call").Count.ShouldBe(1);
    }

    private static Task<BridgeWorld> StartAsync(TaskCompletionSource go, Action<FakeUpstream>? configure = null) => BridgeWorld.StartAsync(upstream =>
    {
        upstream.AddTool("steps", async call =>
        {
            await call.LogAsync("one");
            await go.Task;
            await call.LogAsync("two");
            return FakeCall.Text("done");
        });
        upstream.AddTool("quiet", async _ =>
        {
            await go.Task;
            return FakeCall.Text("quiet");
        });
        configure?.Invoke(upstream);
    });

    private static Task<HttpResponseMessage> CallAsync(BridgeWorld world, string session, string tool) => world.SendAsync(
        HttpMethod.Post,
        $"/servers/{world.ServerId}/mcp",
        $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{{tool}}}"} }""",
        ("Mcp-Session-Id", session)).Soon();

    /// <summary>A client leaves after the first event of a call, which then finishes; gives the id of that event.</summary>
    private static async Task<string> LoseAsync(BridgeWorld world, string session, TaskCompletionSource go)
    {
        string? lastId;
        using (var call = await CallAsync(world, session, "steps"))
        {
            (lastId, _) = await NextAsync(call);
        }

        await world.Departures.WaitForAsync(1);
        go.SetResult();
        return lastId!;
    }

    private static Task<HttpResponseMessage> ResumeAsync(BridgeWorld world, string session, string lastEventId, params (string, string)[] headers) => world.SendAsync(
        HttpMethod.Get, $"/servers/{world.ServerId}/mcp", null, [("Mcp-Session-Id", session), ("Last-Event-ID", lastEventId), .. headers]).Soon();

    private static async Task<bool> ListsAsync(BridgeWorld world, string session)
    {
        var answer = await world.PostAsync("""{"jsonrpc":"2.0","id":9,"method":"resources/list"}""", ("Mcp-Session-Id", session));
        return answer.Text.Contains("file:///new", StringComparison.Ordinal);
    }

    private static async Task RefreshAsync(BridgeWorld world)
    {
        var upstreams = await world.Gateway.SendAsync("GET", "/gateways");
        var refreshed = await world.Gateway.SendAsync("POST", $"/gateways/{upstreams.Json[0].GetProperty("id").GetString()}/refresh");
        refreshed.Status.ShouldBeLessThan(300, refreshed.Text);
    }

    /// <summary>The next event with a message; nulls at the end.</summary>
    private static async Task<(string? Id, JsonElement? Message)> NextAsync(HttpResponseMessage response)
    {
        // One character at a time: what follows must not be swallowed by a buffer that is thrown away.
        var stream = await response.Content.ReadAsStreamAsync().Soon();
        string? id = null;
        while (await ReadLineAsync(stream) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line["id: ".Length..];
            }
            else if (line.StartsWith("data: {", StringComparison.Ordinal))
            {
                return (id, JsonElement.Parse(line["data: ".Length..]));
            }
        }

        return default;
    }

    private static async Task<string?> ReadLineAsync(Stream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one).Soon() > 0)
        {
            if (one[0] == (byte)'\n')
            {
                return System.Text.Encoding.UTF8.GetString([.. bytes]);
            }

            bytes.Add(one[0]);
        }

        return null;
    }
}

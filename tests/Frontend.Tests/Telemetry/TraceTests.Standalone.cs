using McpGateway.Frontend.Tests.Bridging;
using McpGateway.Testing.Telemetry;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Telemetry;

/// <summary>Spans as they arrive at a collector, and the context that upstreams see.</summary>
public sealed class TraceTests
{
    private const string Legacy = "2025-11-25";
    private const string Call = """{"name":"echo","arguments":{"a":1} }""";

    [Fact]
    public async Task Call_WithContextInHeader_IsItsChildAndTheUpstreamsParent()
    {
        await using var traced = await TracedWorld.StartAsync();
        var (trace, span, parent) = TracedWorld.NewTrace();

        await traced.World.RequestAsync(Legacy, "tools/call", Call, ("traceparent", parent), ("tracestate", "vendor=1"), ("baggage", "team=red"));

        var (server, client) = await traced.SpansAsync(trace);
        server.ParentId.ShouldBe(span);
        server.Links.ShouldBeEmpty();
        client.ParentId.ShouldBe(server.SpanId);
        var received = traced.Upstream.ReceivedOf("tools/call").Single();
        received.Headers["traceparent"].ShouldBe($"00-{trace}-{client.SpanId}-01");
        received.Headers["tracestate"].ShouldBe("vendor=1");
        received.Headers["baggage"].ShouldBe("team=red");
        received.Body.ShouldNotContain("traceparent");
    }

    [Fact]
    public async Task Call_WithContextInMeta_FollowsItAndLinksTheHeaders()
    {
        await using var traced = await TracedWorld.StartAsync(upstream => upstream.Era = FakeEra.Modern);
        var (trace, span, parent) = TracedWorld.NewTrace();
        var transport = TracedWorld.NewTrace();

        await traced.World.PostAsync(Modern(parent), ModernHeaders(("traceparent", transport.Parent)));

        var (server, client) = await traced.SpansAsync(trace);
        server.ParentId.ShouldBe(span);
        server.Links.ShouldBe([$"{transport.Trace}-{transport.Span}"]);
        var received = traced.Upstream.ReceivedOf("tools/call").Single();
        received.Headers["traceparent"].ShouldBe($"00-{trace}-{client.SpanId}-01");
        var meta = received.Json.GetProperty("params").GetProperty("_meta");
        meta.GetProperty("traceparent").GetString().ShouldBe($"00-{trace}-{client.SpanId}-01");
        meta.GetProperty("baggage").GetString().ShouldBe("own=1", "what is in the message is the client's");
    }

    [Fact]
    public async Task Call_ToUpstreamWithoutHeaders_CarriesContextInMeta()
    {
        await using var traced = await TracedWorld.StartAsync(transport: "SSE");
        var (trace, _, parent) = TracedWorld.NewTrace();

        await traced.World.RequestAsync(Legacy, "tools/call", Call, ("traceparent", parent), ("baggage", "team=\"red\""));

        var (_, client) = await traced.SpansAsync(trace);
        var meta = traced.Upstream.ReceivedOf("tools/call").Single().Json.GetProperty("params").GetProperty("_meta");
        meta.GetProperty("traceparent").GetString().ShouldBe($"00-{trace}-{client.SpanId}-01");
        meta.GetProperty("baggage").GetString().ShouldBe("team=\"red\"");
    }

    [Fact]
    public async Task Spans_OfToolCall_SayWhatTheConventionsAsk()
    {
        await using var traced = await TracedWorld.StartAsync(more: ("Telemetry:ServiceName", "edge"));
        var (trace, _, parent) = TracedWorld.NewTrace();
        var session = await traced.World.OpenAsync(Legacy);

        await traced.World.PostAsync($$$"""{"jsonrpc":"2.0","id":"r-7","method":"tools/call","params":{{{Call}}} }""", ("Mcp-Session-Id", session), ("traceparent", parent));

        var (server, client) = await traced.SpansAsync(trace);
        (server.Name, server.Service, server.IsError).ShouldBe(("tools/call echo", "edge", false));
        server.Attributes.ShouldContainKeyAndValue("mcp.method.name", "tools/call");
        server.Attributes.ShouldContainKeyAndValue("gen_ai.tool.name", "echo");
        server.Attributes.ShouldContainKeyAndValue("gen_ai.operation.name", "execute_tool");
        server.Attributes.ShouldContainKeyAndValue("mcp.protocol.version", Legacy);
        server.Attributes.ShouldContainKeyAndValue("jsonrpc.request.id", "r-7");
        server.Attributes.ShouldContainKeyAndValue("network.transport", "tcp");
        server.Attributes.ShouldContainKeyAndValue("network.protocol.version", "1.1");
        server.Attributes.ShouldContainKeyAndValue("client.address", "127.0.0.1");
        server.Attributes.ShouldContainKeyAndValue("mcpgateway.virtual_server", traced.World.ServerId);
        server.Attributes["mcp.session.id"].Length.ShouldBe(32);
        session.ShouldNotContain(server.Attributes["mcp.session.id"], Case.Insensitive, "what opens the session stays with its client");
        client.Name.ShouldBe("tools/call echo");
        client.Attributes.ShouldContainKeyAndValue("mcpgateway.upstream", "a");
        client.Attributes.ShouldContainKeyAndValue("server.address", "127.0.0.1");
        client.Attributes.ShouldContainKeyAndValue("server.port", $"{traced.Upstream.Port}");
        server.Attributes.Keys.Concat(client.Attributes.Keys).ShouldNotContain("error.type");
    }

    [Fact]
    public async Task Spans_OfDiscovery_SayWhoWasAskedWhat()
    {
        await using var traced = await TracedWorld.StartAsync();

        var spans = await OtlpReceiver.WaitAsync(() => Asked(traced), static spans => spans.Exists(static span => span.Name == "tools/list"));

        var list = spans.First(static span => span.Name == "tools/list");
        list.Attributes.ShouldContainKeyAndValue("mcp.method.name", "tools/list");
        list.Attributes.ShouldContainKeyAndValue("server.address", "127.0.0.1");
        list.Attributes.ShouldContainKey("mcp.protocol.version");
        (list.Kind, list.IsError).ShouldBe((3, false));
    }

    [Fact]
    public async Task Span_OfTheSessionThatACallNeeded_IsWithinTheCall()
    {
        await using var traced = await TracedWorld.StartAsync();
        var (trace, _, parent) = TracedWorld.NewTrace();
        var session = await traced.World.OpenAsync(Legacy);

        await traced.World.PostAsync($$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{{Call}}} }""", ("Mcp-Session-Id", session), ("traceparent", parent));

        var (_, client) = await traced.SpansAsync(trace);
        var spans = await OtlpReceiver.WaitAsync(() => Asked(traced), spans => spans.Exists(span => span.TraceId == trace && span.Name == "initialize"));
        spans.Single(span => span.TraceId == trace && span.Name == "initialize").ParentId.ShouldBe(client.SpanId);
    }

    private static List<OtlpSpan> Asked(TracedWorld traced) =>
        [.. traced.Collector.Spans.Where(span => span.Attributes.GetValueOrDefault("server.port") == $"{traced.Upstream.Port}")];

    [Theory]
    [InlineData("fails", "tool_error", null)]
    [InlineData("refuses", "-32050", "-32050")]
    [InlineData("breaks", "http_error", null)]
    public async Task Spans_OfFailedCall_SayHowItFailed(string tool, string error, string? code)
    {
        await using var traced = await TracedWorld.StartAsync(upstream =>
        {
            upstream.AddTool("fails", _ => Task.FromResult(FakeCall.Text("no", isError: true)));
            upstream.AddTool("refuses", call => call.FailAsync(-32050, "no"));
            upstream.AddTool("breaks");
        });
        var (trace, _, parent) = TracedWorld.NewTrace();
        if (tool == "breaks")
        {
            traced.Upstream.Fail("tools/call", FakeFault.ServerError);
        }

        await traced.World.RequestAsync(Legacy, "tools/call", $$$"""{"name":"{{{tool}}}","arguments":{} }""", ("traceparent", parent));

        var (server, client) = await traced.SpansAsync(trace);
        client.Attributes["error.type"].ShouldBe(error);
        client.Attributes.GetValueOrDefault("rpc.response.status_code").ShouldBe(code);
        client.IsError.ShouldBeTrue();
        server.IsError.ShouldBeTrue();
        server.Attributes["error.type"].ShouldBe(error);
    }

    [Fact]
    public async Task Span_OfUnknownTool_DoesNotTakeItsName()
    {
        await using var traced = await TracedWorld.StartAsync();
        var (trace, _, parent) = TracedWorld.NewTrace();

        await traced.World.RequestAsync(Legacy, "tools/call", """{"name":"made-up","arguments":{} }""", ("traceparent", parent));

        var server = (await traced.Collector.SpansOfAsync(trace, 1)).Single();
        server.Name.ShouldBe("tools/call");
        server.Attributes.Values.ShouldNotContain("made-up");
        server.Attributes["error.type"].ShouldBe("-32602");
        server.Attributes["rpc.response.status_code"].ShouldBe("-32602");
    }

    [Fact]
    public async Task Call_NotSampledByItsClient_LeavesNoSpanAndPassesTheContextOn()
    {
        await using var traced = await TracedWorld.StartAsync();
        var (trace, _, parent) = TracedWorld.NewTrace();
        var (later, _, sampled) = TracedWorld.NewTrace();

        await traced.World.RequestAsync(Legacy, "tools/call", Call, ("traceparent", parent[..^1] + "0"));
        await traced.World.RequestAsync(Legacy, "tools/call", Call, ("traceparent", sampled));

        await traced.Collector.SpansOfAsync(later, 2);
        traced.Collector.Spans.ShouldNotContain(span => span.TraceId == trace);
        traced.Upstream.ReceivedOf("tools/call")[0].Headers["traceparent"].ShouldStartWith($"00-{trace}-");
    }

    [Theory]
    [InlineData("STREAMABLEHTTP")]
    [InlineData("SSE")]
    public async Task Call_WhileNothingIsExported_PassesTheContextOnAsItIs(string transport)
    {
        await using var world = await TracedWorld.StartGatewayAsync(transport: transport);
        // Another test's gateway may listen in this process: what is not sampled makes no span there either.
        var (_, _, parent) = TracedWorld.NewTrace();
        var unsampled = parent[..^1] + "0";

        await world.RequestAsync(Legacy, "tools/call", Call, ("traceparent", unsampled), ("tracestate", "vendor=1"));

        var received = world.Upstream.ReceivedOf("tools/call").Single();
        var seen = transport == "SSE"
            ? received.Json.GetProperty("params").GetProperty("_meta").GetProperty("traceparent").GetString()
            : received.Headers["traceparent"];
        seen.ShouldBe(unsampled);
    }

    [Theory]
    [InlineData("00-zz-00f067aa0ba902b7-01")]
    [InlineData("nonsense")]
    public async Task Call_WithBrokenContext_PassesNoneOn(string broken)
    {
        await using var world = await TracedWorld.StartGatewayAsync(transport: "SSE");

        await world.RequestAsync(Legacy, "tools/call", Call, ("traceparent", broken));

        world.Upstream.ReceivedOf("tools/call").Single().Body.ShouldNotContain(broken);
    }

    private static string Modern(string parent) =>
        $$$"""
        {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"{{{BridgeWorld.Modern}}}",
        "io.modelcontextprotocol/clientCapabilities":{},"traceparent":"{{{parent}}}","baggage":"own=1"} } }
        """;

    private static (string, string)[] ModernHeaders(params (string, string)[] more) =>
        [("MCP-Protocol-Version", BridgeWorld.Modern), ("Mcp-Method", "tools/call"), ("Mcp-Name", "echo"), .. more];
}

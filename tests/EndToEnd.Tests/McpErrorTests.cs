using System.Net;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing.Upstreams;

namespace McpGateway.EndToEnd.Tests;

/// <summary>Bad input to MCP endpoints and upstreams that misbehave: a precise JSON-RPC error with the request's id, and the gateway goes on.</summary>
public class McpErrorTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    [Theory]
    [InlineData("{", -32700, HttpStatusCode.BadRequest)]
    [InlineData("", -32700, HttpStatusCode.BadRequest)]
    [InlineData("[]", -32600, HttpStatusCode.BadRequest)]
    [InlineData("42", -32600, HttpStatusCode.BadRequest)]
    [InlineData("""{"id":1,"method":"ping"}""", -32600, HttpStatusCode.BadRequest)]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"ping"}""", -32600, HttpStatusCode.BadRequest)]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"ping"}""", -32600, HttpStatusCode.BadRequest)]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"ping"}""", -32600, HttpStatusCode.BadRequest)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":7}""", -32600, HttpStatusCode.BadRequest)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/list"}""", -32600, HttpStatusCode.BadRequest)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}""", -32602, HttpStatusCode.BadRequest)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}""", -32602, HttpStatusCode.BadRequest)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":7}}""", -32602, HttpStatusCode.BadRequest)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":[]}}""", -32602, HttpStatusCode.BadRequest)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"made up"}}""", -32602, HttpStatusCode.OK)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"loud"}}""", -32602, HttpStatusCode.OK)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"no/such/method"}""", -32601, HttpStatusCode.OK)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"no-such-tool"}}""", -32602, HttpStatusCode.OK)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"no-such-prompt"}}""", -32602, HttpStatusCode.OK)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"no://such"}}""", -32002, HttpStatusCode.OK)]
    public async Task LegacyMessage_Wrong_GetsItsErrorAndTheSessionGoesOn(string body, int code, HttpStatusCode status)
    {
        var world = shared.World;
        var mcp = world.Mcp();
        await mcp.InitializeAsync();
        var before = world.Fake.ReceivedOf("tools/call").Count;

        var answer = await mcp.PostAsync(body);

        answer.Status.ShouldBe(status, answer.Body);
        answer.ErrorCode.ShouldBe(code, answer.Body);
        answer.ErrorMessage.ShouldNotBeNullOrWhiteSpace();
        if (body.Contains("\"id\":1", StringComparison.Ordinal))
        {
            answer.Response.GetProperty("id").GetInt32().ShouldBe(1);
        }

        (await mcp.CallAsync("echo", new { x = 1 })).ContentText.ShouldBe("""{"x":1}""");
        world.Fake.ReceivedOf("tools/call").Count.ShouldBe(before + 1, "what is wrong never reaches an upstream");
    }

    [Fact]
    public async Task Message_NestedTooDeep_IsRefused()
    {
        var world = shared.World;
        var deep = new string('[', 5000) + new string(']', 5000);

        var answer = await world.Mcp().PostAsync($$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"x":{{{deep}}} } } }""");

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.ErrorCode.ShouldBeOneOf(-32600, -32700);
    }

    [Fact]
    public async Task ModernMessage_HeadersMissingOrDifferent_Is400HeaderMismatch()
    {
        var world = shared.World;
        var mcp = world.Mcp();
        const string call = """{"name":"echo"}""";

        (await mcp.ModernAsync("tools/call", call, "echo")).Status.ShouldBe(HttpStatusCode.OK);
        foreach (var wrong in new (string, string?)[] { ("Mcp-Method", null), ("Mcp-Method", "tools/list"), ("Mcp-Name", null), ("Mcp-Name", "other"), ("MCP-Protocol-Version", null) })
        {
            var answer = await mcp.ModernAsync("tools/call", call, "echo", wrong);
            answer.Status.ShouldBe(HttpStatusCode.BadRequest, $"{wrong}");
            answer.ErrorCode.ShouldBe(-32020, answer.Body);
        }
    }

    [Fact]
    public async Task ModernMessage_WithoutMetadataOrRevision_IsRefusedPrecisely()
    {
        var world = shared.World;
        var mcp = world.Mcp();

        var without = await mcp.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}""", ("MCP-Protocol-Version", McpHttp.Modern), ("Mcp-Method", "tools/list"));
        var unknown = await mcp.PostAsync(
            """{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2031-01-01","io.modelcontextprotocol/clientCapabilities":{}}}}""",
            ("MCP-Protocol-Version", "2031-01-01"),
            ("Mcp-Method", "tools/list"));
        var method = await mcp.ModernAsync("initialize");

        without.Status.ShouldBe(HttpStatusCode.BadRequest);
        without.ErrorCode.ShouldBe(-32602);
        unknown.Status.ShouldBe(HttpStatusCode.BadRequest);
        unknown.ErrorCode.ShouldBe(-32022);
        unknown.Error.GetProperty("data").GetProperty("supported").EnumerateArray().Select(item => item.GetString()).ShouldContain(McpHttp.Modern);
        method.Response.TryGetProperty("error", out _).ShouldBeTrue("initialize is no method of a modern revision");
    }

    [Fact]
    public async Task ModernMessage_UnknownMethod_Is404()
    {
        var world = shared.World;

        foreach (var method in new[] { "ping", "logging/setLevel", "resources/subscribe", "no/such/method" })
        {
            var answer = await world.Mcp().ModernAsync(method, method == "logging/setLevel" ? """{"level":"info"}""" : """{"uri":"a:b"}""");
            answer.Status.ShouldBe(HttpStatusCode.NotFound, method);
            answer.ErrorCode.ShouldBe(-32601);
        }
    }

    [Theory]
    [InlineData("Content-Type", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("Accept", "text/html", HttpStatusCode.NotAcceptable)]
    [InlineData("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Host", "evil.example", HttpStatusCode.Forbidden)]
    [InlineData("MCP-Protocol-Version", "1999-01-01", HttpStatusCode.BadRequest)]
    [InlineData("Mcp-Session-Id", "made-up", HttpStatusCode.NotFound)]
    public async Task Header_Wrong_IsRefused(string name, string value, HttpStatusCode status)
    {
        var world = shared.World;

        var answer = await world.Mcp().PostAsync("""{"jsonrpc":"2.0","id":1,"method":"ping"}""", (name, value));

        answer.Status.ShouldBe(status, answer.Body);
        answer.ErrorMessage.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task Session_Deleted_IsGoneAtOnce()
    {
        var world = shared.World;
        var mcp = world.Mcp();
        await mcp.InitializeAsync();
        await mcp.CallAsync("echo");

        (await mcp.SendAsync(HttpMethod.Delete)).Status.ShouldBe(HttpStatusCode.NoContent);

        (await mcp.CallAsync("echo")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await mcp.SendAsync(HttpMethod.Delete)).Status.ShouldBe(HttpStatusCode.NotFound);
        using var stream = await mcp.SendAsync(HttpMethod.Get, body: null, []);
        stream.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("2024-11-05", "2024-11-05")]
    [InlineData("2025-03-26", "2025-03-26")]
    [InlineData("2025-06-18", "2025-06-18")]
    [InlineData("2025-11-25", "2025-11-25")]
    [InlineData("2026-07-28", "2025-11-25")]
    [InlineData("1999-01-01", "2025-11-25")]
    public async Task Initialize_AnyRevision_AgreesOnOneWithTheHandshake(string asked, string agreed)
    {
        var world = shared.World;

        var answer = await world.Mcp().InitializeAsync(asked);

        answer.Result.GetProperty("protocolVersion").GetString().ShouldBe(agreed);
        answer.SessionId!.Length.ShouldBeLessThanOrEqualTo(200);
    }

    [Theory]
    [InlineData(FakeFault.WrongContentType, false)]
    [InlineData(FakeFault.Garbage, false)]
    [InlineData(FakeFault.Huge, false)]
    [InlineData(FakeFault.CutBody, false)]
    [InlineData(FakeFault.CutStream, false)]
    [InlineData(FakeFault.EndlessStream, false)]
    [InlineData(FakeFault.EndlessNotifications, false)]
    [InlineData(FakeFault.ServerError, false)]
    [InlineData(FakeFault.Unauthorized, false)]
    [InlineData(FakeFault.Forbidden, false)]
    [InlineData(FakeFault.WrongId, false)]
    [InlineData(FakeFault.Empty, false)]
    [InlineData(FakeFault.Redirect, false)]
    [InlineData(FakeFault.Silence, false)]
    [InlineData(FakeFault.WrongContentType, true)]
    [InlineData(FakeFault.Garbage, true)]
    [InlineData(FakeFault.CutStream, true)]
    [InlineData(FakeFault.EndlessNotifications, true)]
    [InlineData(FakeFault.WrongId, true)]
    [InlineData(FakeFault.Empty, true)]
    public async Task Upstream_LiesAboutACall_TheCallerGetsAnErrorThatNamesItAndTheNextCallWorks(FakeFault fault, bool modern)
    {
        await using var fake = await FakeUpstream.StartAsync(upstream => upstream.Era = modern ? FakeEra.Modern : FakeEra.Legacy);
        var gateway = shared.World.Gateway;
        var name = $"liar {fault} {modern}";
        var upstream = await gateway.Admin.RegisterAsync(new { name, url = fake.Url, timeout_seconds = 1 });
        var server = await gateway.Admin.ComposeAsync(name, upstream);
        var mcp = gateway.Mcp(server, (await gateway.Admin.CreateTokenAsync(server)).Text);
        await mcp.InitializeAsync();
        (await mcp.CallAsync("echo", new { x = 0 })).ContentText.ShouldBe("""{"x":0}""");
        fake.Fail("tools/call", fault, times: 1);

        var answer = await mcp.CallAsync("echo", new { x = 1 });

        answer.Status.ShouldBe(HttpStatusCode.OK, "an upstream's failure is not ours");
        answer.ErrorCode.ShouldBeOneOf(-31001, -31002, -31003);
        answer.ErrorMessage.ShouldContain($"'{name}'");
        fake.Behave();
        (await mcp.CallAsync("echo", new { x = 2 })).ContentText.ShouldBe("""{"x":2}""");
    }

    [Fact]
    public async Task Upstream_ForgetsItsSession_TheCallerNoticesNothing()
    {
        var world = shared.World;
        var mcp = world.Mcp();
        await mcp.InitializeAsync();
        await mcp.CallAsync("echo");
        world.Fake.ForgetSessions();

        (await mcp.CallAsync("echo", new { x = 1 })).ContentText.ShouldBe("""{"x":1}""");
    }

    [Fact]
    public async Task Ids_ComeBackAsTheyWereSent()
    {
        var world = shared.World;
        var mcp = world.Mcp();
        await mcp.InitializeAsync();

        foreach (var id in new[] { "1", "0", "-7", "9007199254740993", "\"1\"", "\"ü\\u0041\"", "1.5" })
        {
            var answer = await mcp.PostAsync($$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"echo"} }""");
            answer.Response.GetProperty("id").GetRawText().ShouldBe(id);
        }
    }
}

using System.Text.Json;
using McpGateway.Frontend.Tests.Bridging;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Extensions;

/// <summary>Extensions of upstreams: what is offered of them, and whose their requests are.</summary>
public sealed class ExtensionTests
{
    private const string Skills = "io.modelcontextprotocol/skills";

    [Fact]
    public async Task Extensions_ThatAreAllowed_AreOfferedWithCommonSettings()
    {
        await using var world = await BridgeWorld.StartAsync(
            Declaring($$$""" "{{{Skills}}}":{"directoryRead":true,"x":1},"com.example/own":{},"io.modelcontextprotocol/ui":{"mimeTypes":["a"]} """),
            Declaring($$$""" "{{{Skills}}}":{"directoryRead":true,"x":2} """));

        var discovered = await DiscoverAsync(world);
        var opened = await world.PostAsync(
            """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"raw","version":"1"} } }""");

        const string expected = """{"io.modelcontextprotocol/skills":{"directoryRead":true},"io.modelcontextprotocol/ui":{"mimeTypes":["a"]}}""";
        discovered.GetProperty("extensions").GetRawText().ShouldBe(expected);
        opened.Json.GetProperty("result").GetProperty("capabilities").GetProperty("extensions").GetRawText().ShouldBe(expected);
    }

    [Fact]
    public async Task Extensions_WithoutAnyMemberThatHasSome_AreNotMentioned()
    {
        await using var world = await BridgeWorld.StartAsync(Declaring(""" "com.example/own":{} """));

        (await DiscoverAsync(world)).TryGetProperty("extensions", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task VendorMethod_OfTheOnlyUpstream_PassesByteByByte()
    {
        const string result = """{"b":1.50,"a":"\u00e4","content":[{"type":"strange"}],"resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"own"}}}""";
        await using var world = await BridgeWorld.StartAsync(upstream =>
        {
            upstream.Era = FakeEra.Modern;
            upstream.Methods["com.example/do it"] = _ => Task.FromResult(result);
        });

        var answer = await world.ModernAsync("com.example/do it", """{"x":[1.0]}""");

        answer.Json.GetProperty("result").GetRawText().ShouldBe(result);
        var received = world.Upstream.ReceivedOf("com.example/do it").ShouldHaveSingleItem();
        received.Headers["Mcp-Method"].ShouldBe("com.example/do it");
        received.Json.GetProperty("params").GetProperty("x").GetRawText().ShouldBe("[1.0]");
    }

    [Theory]
    [InlineData(FakeEra.Legacy, BridgeWorld.Modern)]
    [InlineData(FakeEra.Modern, "2025-11-25")]
    [InlineData(FakeEra.Legacy, "2025-06-18")]
    public async Task VendorMethod_CrossesGenerations(FakeEra era, string revision)
    {
        await using var world = await BridgeWorld.StartAsync(upstream =>
        {
            upstream.Era = era;
            upstream.Methods["com.example/ask"] = call => Task.FromResult($$"""{"asked":{{call.Params.GetProperty("x").GetRawText()}}}""");
        });

        var answer = await world.RequestAsync(revision, "com.example/ask", """{"x":{"deep":[1]}}""");

        answer.GetProperty("result").GetProperty("asked").GetRawText().ShouldBe("""{"deep":[1]}""");
    }

    [Fact]
    public async Task VendorMethod_ThatTheUpstreamLacks_IsUnknown()
    {
        await using var world = await BridgeWorld.StartAsync(upstream => upstream.Era = FakeEra.Modern);

        var answer = await world.ModernAsync("com.example/none");

        answer.Status.ShouldBe(404);
        answer.Json.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32601);
    }

    [Fact]
    public async Task VendorMethod_OfSeveralUpstreams_GoesToTheOneThatItsNameBelongsTo()
    {
        await using var world = await BridgeWorld.StartAsync(Answering("one"), upstream =>
        {
            Answering("two")(upstream);
            upstream.AddTool("special");
            upstream.AddResource("file:///two");
        });

        var byTool = await world.RequestAsync(BridgeWorld.Modern, "com.example/who", """{"name":"b-special"}""");
        var byUri = await world.RequestAsync("2025-11-25", "com.example/who", """{"uri":"file:///two"}""");
        var byNobody = await world.ModernAsync("com.example/who", """{"other":1}""");

        byTool.GetProperty("result").GetProperty("who").GetString().ShouldBe("two special");
        byUri.GetProperty("result").GetProperty("who").GetString().ShouldBe("two file:///two");
        byNobody.Status.ShouldBe(404);
        byNobody.Json.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("2 MCP servers");
    }

    [Fact]
    public async Task Skills_OfSeveralUpstreams_AreListedTogether_AndFound()
    {
        await using var world = await BridgeWorld.StartAsync(
            Skilled("one"),
            static upstream => upstream.Era = FakeEra.Modern,
            Skilled("two"));

        var list = await world.ModernAsync("skills/list");
        var legacyList = await world.RequestAsync("2025-11-25", "skills/list");
        var second = await world.ModernAsync("skills/get", """{"uri":"skill://two/SKILL.md"}""");
        var none = await world.ModernAsync("skills/get", """{"uri":"skill://three/SKILL.md"}""");

        var entries = list.Json.GetProperty("result").GetProperty("skills");
        entries.GetRawText().ShouldBe("""[{"uri":"skill://one/SKILL.md","digest":"sha256-\u0031"},{"uri":"skill://two/SKILL.md","digest":"sha256-\u0031"}]""");
        list.Json.GetProperty("result").GetProperty("cacheScope").GetString().ShouldBe("private");
        legacyList.GetProperty("result").GetProperty("skills").GetArrayLength().ShouldBe(2);
        second.Json.GetProperty("result").GetProperty("skill").GetProperty("uri").GetString().ShouldBe("skill://two/SKILL.md");
        none.Json.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
    }

    [Fact]
    public async Task Skills_ThatNobodyHas_AreAnUnknownMethod()
    {
        await using var world = await BridgeWorld.StartAsync(static upstream => upstream.Era = FakeEra.Modern);

        (await world.ModernAsync("skills/list")).Status.ShouldBe(404);
        world.Upstream.ReceivedOf("skills/list").ShouldBeEmpty();
    }

    [Fact]
    public async Task App_CallsItsToolByItsOwnName_AndReadsItsPage()
    {
        const string tool = """{"name":"draw","inputSchema":{"type":"object"},"_meta":{"ui":{"resourceUri":"ui://chart/page","visibility":["app"],"own":1.0}}}""";
        const string page = """{"uri":"ui://chart/page","name":"page","mimeType":"text/html;profile=mcp-app","_meta":{"ui":{"csp":{"connectDomains":["https://a.example"]}}}}""";
        await using var world = await BridgeWorld.StartAsync(
            upstream =>
            {
                upstream.AddTool("draw", definition: tool);
                upstream.AddResource("ui://chart/page", "<html>", page);
            },
            static upstream => upstream.AddTool("other"));

        var tools = (await world.RequestAsync(BridgeWorld.Modern, "tools/list")).GetProperty("result").GetProperty("tools").EnumerateArray();
        var resources = (await world.RequestAsync("2025-11-25", "resources/list")).GetProperty("result").GetProperty("resources").EnumerateArray();
        var called = await world.RequestAsync(BridgeWorld.Modern, "tools/call", """{"name":"draw","arguments":{"n":1}}""");
        var read = await world.RequestAsync(BridgeWorld.Modern, "resources/read", """{"uri":"ui://chart/page"}""");

        var listed = tools.Single(static tool => tool.GetProperty("name").GetString() == "a-draw");
        listed.GetProperty("_meta").GetRawText().ShouldBe("""{"ui":{"resourceUri":"ui://chart/page","visibility":["app"],"own":1.0}}""");
        resources.ShouldHaveSingleItem().GetRawText().ShouldBe(page);
        called.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("""{"n":1}""");
        world.Upstream.ReceivedOf("tools/call")[^1].Json.GetProperty("params").GetProperty("name").GetString().ShouldBe("draw");
        read.GetProperty("result").GetProperty("contents")[0].GetProperty("uri").GetString().ShouldBe("ui://chart/page");
    }

    [Fact]
    public async Task App_WhoseUriTwoUpstreamsHave_IsNamedAsItCanBeRead()
    {
        const string uri = "ui://app/page";
        await using var world = await BridgeWorld.StartAsync(Drawing("a", uri), Drawing("b", uri));

        var named = await AppsAsync(world);
        foreach (var (member, exposed) in named)
        {
            var called = await world.RequestAsync(BridgeWorld.Modern, "tools/call", $$"""{"name":"{{member}}-draw","arguments":{} }""");
            var read = await world.RequestAsync(BridgeWorld.Modern, "resources/read", JsonSerializer.Serialize(new { uri = exposed }));

            called.GetProperty("result").GetProperty("_meta").GetProperty("ui").GetProperty("resourceUri").GetString().ShouldBe(exposed);
            read.GetProperty("result").GetProperty("contents")[0].GetProperty("text").GetString().ShouldBe(member);
        }

        named.Values.ShouldContain(uri);
        var younger = named.Single(app => app.Value != uri).Key;

        // As soon as nobody else has it, the URI is the younger member's own, though nothing else about its tool has changed.
        var older = (await world.Gateway.SendAsync("GET", "/gateways")).Json.EnumerateArray().Single(gateway => gateway.GetProperty("name").GetString() != younger);
        world.Upstreams[older.GetProperty("name").GetString()![0] - 'a'].Resources.Clear();
        (await world.Gateway.SendAsync("POST", $"/gateways/{older.GetProperty("id").GetString()}/refresh")).Status.ShouldBeLessThan(300);
        using var patience = new CancellationTokenSource(Eventually.Patience);
        while ((await AppsAsync(world))[younger] != uri)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task App_WhoseToolsNameTwoUpstreamsHave_IsNotGuessed()
    {
        await using var world = await BridgeWorld.StartAsync(static upstream => upstream.AddTool("draw"), static upstream => upstream.AddTool("draw"));

        var called = await world.RequestAsync(BridgeWorld.Modern, "tools/call", """{"name":"draw","arguments":{}}""");

        called.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32602);
    }

    [Fact]
    public async Task BrowserPage_OfThisMachine_MaySpeakMcp()
    {
        await using var world = await BridgeWorld.StartAsync(static _ => { });
        var path = $"/servers/{world.ServerId}/mcp";

        using var asked = await world.SendAsync(
            HttpMethod.Options,
            path,
            null,
            ("Origin", "http://localhost:6274"),
            ("Authorization", ""),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "mcp-session-id,mcp-protocol-version,mcp-method,mcp-name,mcp-param-x,last-event-id,authorization,x-other"));
        using var refused = await world.SendAsync(HttpMethod.Post, path, "{}", ("Origin", "http://localhost:6274"), ("Authorization", "Bearer mcpg_x"));

        ((int)asked.StatusCode).ShouldBe(204);
        asked.Headers.GetValues("Access-Control-Allow-Origin").ShouldHaveSingleItem().ShouldBe("http://localhost:6274");
        asked.Headers.GetValues("Access-Control-Allow-Headers").ShouldHaveSingleItem()
            .ShouldBe("mcp-session-id, mcp-protocol-version, mcp-method, mcp-name, mcp-param-x, last-event-id, authorization");
        asked.Headers.GetValues("Access-Control-Allow-Methods").ShouldHaveSingleItem().ShouldContain("DELETE");
        ((int)refused.StatusCode).ShouldBe(401);
        refused.Headers.GetValues("Access-Control-Allow-Origin").ShouldHaveSingleItem().ShouldBe("http://localhost:6274");
        var exposed = refused.Headers.GetValues("Access-Control-Expose-Headers").ShouldHaveSingleItem();
        foreach (var header in (string[])["Mcp-Session-Id", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name", "WWW-Authenticate"])
        {
            exposed.ShouldContain(header);
        }
    }

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task BrowserPage_OfAStranger_MayNotEvenAsk(string method)
    {
        await using var world = await BridgeWorld.StartAsync(static _ => { });

        foreach (var path in (string[])["/mcp", $"/servers/{world.ServerId}/mcp", $"/servers/{world.ServerId}/sse"])
        {
            using var answer = await world.SendAsync(new HttpMethod(method), path, null, ("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST"));
            using var rebound = await world.SendAsync(new HttpMethod(method), path, null, ("Host", "evil.example"));

            ((int)answer.StatusCode).ShouldBe(403, path);
            answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
            ((int)rebound.StatusCode).ShouldBe(403, path);
        }
    }

    private static async Task<JsonElement> DiscoverAsync(BridgeWorld world) =>
        (await world.RequestAsync(BridgeWorld.Modern, "server/discover")).GetProperty("result").GetProperty("capabilities");

    /// <summary>By member, the app that its tool names, in both ways.</summary>
    private static async Task<Dictionary<string, string>> AppsAsync(BridgeWorld world)
    {
        var tools = (await world.RequestAsync(BridgeWorld.Modern, "tools/list")).GetProperty("result").GetProperty("tools");
        return tools.EnumerateArray().Where(static tool => tool.GetProperty("name").GetString()!.EndsWith("-draw", StringComparison.Ordinal)).ToDictionary(
            static tool => tool.GetProperty("name").GetString()![..1],
            static tool =>
            {
                var meta = tool.GetProperty("_meta");
                var uri = meta.GetProperty("ui").GetProperty("resourceUri").GetString()!;
                meta.GetProperty("ui/resourceUri").GetString().ShouldBe(uri);
                meta.GetProperty("ui").GetProperty("visibility").GetRawText().ShouldBe("""["app"]""");
                return uri;
            });
    }

    private static Action<FakeUpstream> Drawing(string who, string uri) => upstream =>
    {
        upstream.AddTool(
            "draw",
            _ => Task.FromResult($$$"""{"content":[],"_meta":{"ui":{"resourceUri":"{{{uri}}}"} } }"""),
            $$$"""{"name":"draw","inputSchema":{"type":"object"},"_meta":{"ui":{"resourceUri":"{{{uri}}}","visibility":["app"]},"ui/resourceUri":"{{{uri}}}"} }""");
        upstream.AddResource(uri, who);
    };

    private static Action<FakeUpstream> Declaring(string extensions) => upstream =>
    {
        upstream.Era = FakeEra.Modern;
        upstream.MoreCapabilities = $$"""
            "extensions":{{{extensions}}}
            """.Trim();
    };

    private static Action<FakeUpstream> Answering(string who) => upstream =>
    {
        upstream.Era = FakeEra.Modern;
        upstream.Methods["com.example/who"] = call => Task.FromResult(
            $$"""{"who":"{{who}} {{(call.Params.TryGetProperty("name", out var named) || call.Params.TryGetProperty("uri", out named) ? named.GetString() : "")}}"}""");
    };

    private static Action<FakeUpstream> Skilled(string name) => upstream =>
    {
        Declaring($$$""" "{{{Skills}}}":{} """)(upstream);
        upstream.Methods["skills/list"] = _ => Task.FromResult($$"""{"skills":[{"uri":"skill://{{name}}/SKILL.md","digest":"sha256-\u0031"}],"ttlMs":0,"cacheScope":"private"}""");
        upstream.Methods["skills/get"] = call => call.Params.GetProperty("uri").GetString() == $"skill://{name}/SKILL.md"
            ? Task.FromResult($$$"""{"skill":{"uri":"skill://{{{name}}}/SKILL.md"},"ttlMs":0,"cacheScope":"private"}""")
            : call.FailAsync(-32602, "No such skill");
    };
}

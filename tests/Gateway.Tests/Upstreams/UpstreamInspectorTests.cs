using System.Text;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Upstreams;
using McpGateway.Gateway.Upstreams.Discovery;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Gateway.Tests.Upstreams;

public sealed class UpstreamInspectorTests : IDisposable
{
    private readonly UpstreamRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Legacy_WithSession_ListsEverythingAndEndsTheSession()
    {
        await using var upstream = await FakeUpstream.StartAsync(Fill);
        upstream.Instructions = "Be kind.";

        var found = await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url));

        found.Failure.ShouldBeNull();
        found.Verdict.ShouldNotBeNull();
        found.Verdict.Era.ShouldBe(Era.Legacy);
        found.Verdict.ProtocolVersion.ShouldBe("2025-11-25");
        found.Verdict.RequiresSession.ShouldBeTrue();
        found.Verdict.ServerName.ShouldBe("fake");
        found.Verdict.Instructions.ShouldBe("Be kind.");
        found.Verdict.TellsChangesOf("tools").ShouldBeTrue();
        Count(found, ItemKind.Tool).ShouldBe(1);
        Count(found, ItemKind.Prompt).ShouldBe(2);
        Count(found, ItemKind.Resource).ShouldBe(3);
        Count(found, ItemKind.ResourceTemplate).ShouldBe(1);
        upstream.SessionIds.ShouldBeEmpty();
        upstream.ReceivedOf("tools/list")[0].Headers["MCP-Protocol-Version"].ShouldBe("2025-11-25");
    }

    [Theory]
    [InlineData("2025-06-18", true)]
    [InlineData("2025-03-26", false)]
    public async Task Legacy_OlderRevision_IsAcceptedAndNamedWhereItKnowsTheHeader(string version, bool named)
    {
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.NewestLegacy = version);

        var found = await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url));

        found.Verdict!.ProtocolVersion.ShouldBe(version);
        upstream.ReceivedOf("tools/list")[0].Headers.ContainsKey("MCP-Protocol-Version").ShouldBe(named);
    }

    [Fact]
    public async Task Legacy_WithoutSessionsAndWithEventStreams_IsUnderstood()
    {
        await using var upstream = await FakeUpstream.StartAsync(fake =>
        {
            fake.Sessions = false;
            fake.AnswerWithSse = true;
        });

        var found = await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url));

        found.Failure.ShouldBeNull();
        found.Verdict!.RequiresSession.ShouldBeFalse();
        found.Verdict.Era.ShouldBe(Era.Legacy);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(int.MaxValue, false)]
    public async Task Modern_ThatRefusesTheVersionItSupports_IsAskedOnceMore(int times, bool isFound)
    {
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.Era = FakeEra.Modern);
        upstream.Fail("server/discover", FakeFault.VersionRefused, times);

        var found = await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url));

        (found.Verdict is not null).ShouldBe(isFound, found.Failure?.ToString());
        upstream.ReceivedOf("server/discover").Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(FakeEra.Modern)]
    [InlineData(FakeEra.Dual)]
    public async Task Modern_IsPreferred_AndNeedsNoSession(FakeEra era)
    {
        await using var upstream = await FakeUpstream.StartAsync(fake =>
        {
            Fill(fake);
            fake.Era = era;
        });

        var found = await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url));

        found.Failure.ShouldBeNull();
        found.Verdict!.Era.ShouldBe(Era.Modern);
        found.Verdict.ProtocolVersion.ShouldBe("2026-07-28");
        found.Verdict.RequiresSession.ShouldBeFalse();
        found.Items.Length.ShouldBe(7);
        upstream.ReceivedOf("initialize").ShouldBeEmpty();
    }

    [Fact]
    public async Task KnownLegacy_TurnedModernOnly_IsFoundOut()
    {
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.Era = FakeEra.Modern);

        (await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url), Era.Legacy)).Verdict!.Era.ShouldBe(Era.Modern);
    }

    [Fact]
    public async Task KnownModern_TurnedLegacy_IsFoundOut()
    {
        await using var upstream = await FakeUpstream.StartAsync();

        (await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url), Era.Modern)).Verdict!.Era.ShouldBe(Era.Legacy);
    }

    [Fact]
    public async Task KnownLegacy_IsNotAskedModernQuestions()
    {
        await using var upstream = await FakeUpstream.StartAsync();

        await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url), Era.Legacy);

        upstream.ReceivedOf("server/discover").ShouldBeEmpty();
    }

    [Fact]
    public async Task Sse_ListsOverItsStream()
    {
        await using var upstream = await FakeUpstream.StartAsync(Fill);

        var found = await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.SseUrl, TransportKind.Sse));

        found.Failure.ShouldBeNull();
        found.Verdict!.Era.ShouldBe(Era.Legacy);
        found.Items.Length.ShouldBe(7);
    }

    [Fact]
    public async Task SseRegisteredAsStreamableHttp_TheFailureSaysSo()
    {
        await using var upstream = await FakeUpstream.StartAsync();

        var found = await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.SseUrl));

        found.Failure!.Detail.ShouldContain("set its transport to SSE");
    }

    [Fact]
    public async Task Sse_WithAddressOfAnotherOrigin_IsRefused()
    {
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.SseEndpoint = "http://elsewhere.example/messages");

        var found = await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.SseUrl, TransportKind.Sse));

        found.Failure!.Fault.ShouldBe(UpstreamFault.Invalid);
        found.Failure.Detail.ShouldContain("another origin (elsewhere.example)");
    }

    [Fact]
    public async Task Definitions_AreKeptByteForByte()
    {
        const string definition = """{ "name":"odd", "inputSchema" : {"type":"object","x":1.50},   "vendor":{"kept":"\u00e4"} }""";
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.AddTool("odd", definition: definition));

        var odd = (await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url))).Items.Single(item => item.Name == "odd");

        Encoding.UTF8.GetString(odd.Json.Span).ShouldBe(definition);
        odd.Hash.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(definition))));
    }

    [Fact]
    public async Task CanonicalHash_IgnoresOrderSpaceAndEscapes_ButNothingElse()
    {
        string[] definitions =
        [
            """{"name":"1","description":"ä","inputSchema":{"type":"object","a":1}}""",
            """{ "inputSchema": {"a":1,"type":"object"}, "description":"\u00e4", "name":"1" }""",
            """{"name":"1","description":"ä!","inputSchema":{"type":"object","a":1}}""",
        ];
        var hashes = new List<string>();
        foreach (var definition in definitions)
        {
            await using var upstream = await FakeUpstream.StartAsync(fake => fake.AddTool("echo", definition: definition));
            hashes.Add((await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url))).Items.Single().CanonicalHash);
        }

        hashes[1].ShouldBe(hashes[0]);
        hashes[2].ShouldNotBe(hashes[0]);
    }

    [Fact]
    public async Task Pages_AreAllRead()
    {
        await using var upstream = await FakeUpstream.StartAsync(fake => AddTools(fake, 2_500));
        upstream.PageSize = 100;

        var found = await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url));

        found.Items.Length.ShouldBe(2_501);
        found.Items.Select(item => item.Position).ShouldBe(Enumerable.Range(0, 2_501));
    }

    [Theory]
    [InlineData(FakeFault.SameCursor, "same next cursor a second time")]
    [InlineData(FakeFault.EndlessPages, "more than 50 pages")]
    [InlineData(FakeFault.NoList, "result.tools is not an array")]
    [InlineData(FakeFault.Error, "with the error -32603")]
    public async Task LyingList_IsAFaultThatSaysWhat(FakeFault fault, string text)
    {
        using var rig = new UpstreamRig(options => options.MaxPages = 50);
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.PageSize = 1;
        upstream.Fail("tools/list", fault);

        var found = await rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url));

        found.Failure!.Fault.ShouldBe(UpstreamFault.Invalid);
        found.Failure.Detail.ShouldContain("tools/list");
        found.Failure.Detail.ShouldContain(text);
        found.Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task TooManyItems_IsAFault()
    {
        using var rig = new UpstreamRig(options => options.MaxItems = 10);
        await using var upstream = await FakeUpstream.StartAsync(fake => AddTools(fake, 20));

        (await rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url))).Failure!.Detail.ShouldContain("more than 10");
    }

    [Fact]
    public async Task BadItems_AreLeftOutAndNoted()
    {
        await using var upstream = await FakeUpstream.StartAsync(fake =>
        {
            fake.AddTool("1", definition: """{"title":"nameless"}""");
            fake.AddTool("2", definition: """{"name":"echo","second":true}""");
            fake.AddTool("3", definition: $$"""{"name":"{{new string('x', 3000)}}"}""");
            fake.AddTool("4", definition: "7");
        });

        var found = await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url));

        found.Failure.ShouldBeNull();
        found.Items.ShouldHaveSingleItem().Name.ShouldBe("echo");
        found.Oddities.Length.ShouldBe(4);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"r":{"type":"string","x-mcp-header":"Region"}}}""", true)]
    [InlineData("""{"type":"object","properties":{"o":{"type":"object","properties":{"r":{"type":"integer","x-mcp-header":"Region"}}}}}""", true)]
    [InlineData("""{"type":"object","properties":{"x-mcp-header":{"type":"string"}}}""", true)]
    [InlineData("""{"type":"object","properties":{"r":{"type":"number","x-mcp-header":"Region"}}}""", false)]
    [InlineData("""{"type":"object","properties":{"r":{"type":"string","x-mcp-header":"a b"}}}""", false)]
    [InlineData("""{"type":"object","properties":{"r":{"type":"array","items":{"type":"string","x-mcp-header":"Region"}}}}""", false)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"R"},"b":{"type":"string","x-mcp-header":"r"}}}""", false)]
    [InlineData("""{"type":"object","anyOf":[{"properties":{"r":{"type":"string","x-mcp-header":"Region"}}}]}""", false)]
    public async Task HeaderAnnotation_WrongOnModernTool_LeavesTheToolOut(string schema, bool kept)
    {
        await using var upstream = await FakeUpstream.StartAsync(fake =>
        {
            fake.Era = FakeEra.Modern;
            fake.AddTool("annotated", definition: $$"""{"name":"annotated","inputSchema":{{schema}}}""");
        });

        var found = await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url));

        found.Items.Any(item => item.Name == "annotated").ShouldBe(kept);
        found.Oddities.Length.ShouldBe(kept ? 0 : 1);
    }

    [Fact]
    public async Task OnlyPromisedLists_AreAsked()
    {
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.OffersEverything = false);

        await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url));

        upstream.ReceivedOf("tools/list").Count.ShouldBe(1);
        upstream.ReceivedOf("prompts/list").ShouldBeEmpty();
        upstream.ReceivedOf("resources/list").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(FakeFault.WrongContentType, UpstreamFault.Invalid, "text/html")]
    [InlineData(FakeFault.Garbage, UpstreamFault.Invalid, "not one well-formed JSON")]
    [InlineData(FakeFault.Empty, UpstreamFault.Invalid, "empty")]
    [InlineData(FakeFault.WrongId, UpstreamFault.Invalid, "the id differs")]
    [InlineData(FakeFault.EndlessStream, UpstreamFault.Invalid, "more than 100000 bytes and no answer")]
    [InlineData(FakeFault.EndlessNotifications, UpstreamFault.Invalid, "more than 100000 bytes and no answer")]
    [InlineData(FakeFault.Huge, UpstreamFault.Invalid, "larger than 100000 bytes")]
    [InlineData(FakeFault.CutStream, UpstreamFault.Broken, "broke before the answer was complete")]
    [InlineData(FakeFault.CutBody, UpstreamFault.Broken, "broke before the answer was complete")]
    [InlineData(FakeFault.Unauthorized, UpstreamFault.Unauthorized, "401")]
    [InlineData(FakeFault.Forbidden, UpstreamFault.Unauthorized, "403")]
    [InlineData(FakeFault.ServerError, UpstreamFault.HttpError, "500")]
    [InlineData(FakeFault.Redirect, UpstreamFault.HttpError, "redirects (307) to '/elsewhere'")]
    [InlineData(FakeFault.Silence, UpstreamFault.TimedOut, "no answer within 1 s")]
    public async Task Misbehaviour_IsAFaultThatSaysWhat(FakeFault fault, UpstreamFault expected, string text)
    {
        using var rig = new UpstreamRig(options =>
        {
            options.MaxResponseBytes = 100_000;
            options.DiscoveryTimeout = TimeSpan.FromSeconds(1);
        });
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.HugeBytes = 500_000);
        upstream.Fail("*", fault);

        var found = await rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url));

        found.Failure.ShouldNotBeNull();
        found.Failure.Fault.ShouldBe(expected, found.Failure.Detail);
        found.Failure.Detail.ShouldContain(text);
        found.Verdict.ShouldBeNull();
    }

    [Theory]
    [InlineData(FakeFault.Unauthorized)]
    [InlineData(FakeFault.Silence)]
    public async Task NoEvidence_OfAnEra_AsksNothingMore(FakeFault fault)
    {
        using var rig = new UpstreamRig(options => options.DiscoveryTimeout = TimeSpan.FromMilliseconds(300));
        await using var upstream = await FakeUpstream.StartAsync();
        upstream.Fail("server/discover", fault);

        var found = await rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url));

        found.Failure.ShouldNotBeNull();
        upstream.ReceivedOf("initialize").ShouldBeEmpty();
    }

    [Fact]
    public async Task Credentials_GoWithEveryRequest()
    {
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.RequiredHeader = ("X-Key", "secret"));
        var target = UpstreamRig.HttpTarget(upstream.Url, TransportKind.StreamableHttp, new UpstreamHeader("X-Key", "secret"));

        (await _rig.InspectAsync(target)).Failure.ShouldBeNull();
        (await _rig.InspectAsync(UpstreamRig.HttpTarget(upstream.Url))).Failure!.Fault.ShouldBe(UpstreamFault.Unauthorized);
    }

    [Fact]
    public async Task Prober_TellsEverythingAndKeepsNothing()
    {
        await using var upstream = await FakeUpstream.StartAsync(Fill);

        var probe = await _rig.Prober.ProbeAsync(new UpstreamInput { Url = upstream.Url }, UpstreamRig.Cancelled);

        probe.Success.ShouldBeTrue(probe.Error);
        (probe.ToolCount, probe.PromptCount, probe.ResourceCount, probe.TemplateCount).ShouldBe((1, 2, 3, 1));
        probe.ToolNames.ShouldBe(["echo"]);
        probe.Milliseconds.ShouldBeGreaterThan(0);
        upstream.SessionIds.ShouldBeEmpty();
    }

    [Fact]
    public async Task Prober_OfAnUnreachableAddress_SaysWhy()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        var url = upstream.Url;
        await upstream.StopAsync();

        var probe = await _rig.Prober.ProbeAsync(new UpstreamInput { Url = url }, UpstreamRig.Cancelled);

        probe.Success.ShouldBeFalse();
        probe.Error.ShouldNotBeNull().ShouldContain("refuses connections");
    }

    private static int Count(UpstreamInspection found, ItemKind kind) => found.Items.Count(item => item.Kind == kind);

    private static void AddTools(FakeUpstream fake, int count)
    {
        for (var i = 0; i < count; i++)
        {
            fake.AddTool($"tool-{i:00000}");
        }
    }

    private static void Fill(FakeUpstream fake)
    {
        fake.AddPrompt("one");
        fake.AddPrompt("two");
        fake.AddResource("file:///1");
        fake.AddResource("file:///2");
        fake.AddResource("file:///3");
        fake.AddTemplate("file:///{path}");
    }
}

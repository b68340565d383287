using System.Text;
using System.Text.Json.Nodes;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Tests.JsonRpc;

public sealed class RequestSpliceTests
{
    private const string Prefix = "io.modelcontextprotocol/";

    [Fact]
    public void ReplaceNameAndId_ToolCall_ChangesNothingElse()
    {
        const string json = """{ "id" : 7, "jsonrpc":"2.0","method":"tools/call","params":{"arguments":{"name":"x"}, "name" : "crm_find" } }""";

        var edited = Edit(json, static (edits, _, envelope) =>
        {
            edits.ReplaceName(envelope, "fi\"nd").ShouldBeTrue();
            edits.ReplaceId(envelope, "\"g-1\""u8).ShouldBeTrue();
        });

        edited.ShouldBe("""{ "id" : "g-1", "jsonrpc":"2.0","method":"tools/call","params":{"arguments":{"name":"x"}, "name" : "fi\"nd" } }""");
    }

    [Fact]
    public void Replace_AbsentMember_AnswersFalse()
    {
        const string json = """{"jsonrpc":"2.0","method":"notifications/initialized"}""";

        Edit(json, static (edits, _, envelope) =>
        {
            edits.ReplaceName(envelope, "x").ShouldBeFalse();
            edits.ReplaceId(envelope, "1"u8).ShouldBeFalse();
            edits.ReplaceProgressToken(envelope, "1"u8).ShouldBeFalse();
        }).ShouldBe(json);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":5}}""", """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":5}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"progressToken":1},"progressToken":1}}""", """{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"progressToken":"t"},"progressToken":1}}""")]
    public void ReplaceProgressToken_WhereTheMessageCarriesIt_IsReplaced(string json, string expected) =>
        Edit(json, static (edits, _, envelope) => edits.ReplaceProgressToken(envelope, "\"t\""u8)).ShouldBe(expected);

    [Fact]
    public void ReplaceReferences_CompletionReadAndCancel_AreReplaced()
    {
        Edit("""{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"a"}}}""",
            static (edits, _, envelope) => edits.ReplaceRefName(envelope, "b")).ShouldContain("\"name\":\"b\"");
        Edit("""{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/resource","uri":"a://"}}}""",
            static (edits, _, envelope) => edits.ReplaceRefUri(envelope, "b://")).ShouldContain("\"uri\":\"b://\"");
        Edit("""{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"a://"}}""",
            static (edits, _, envelope) => edits.ReplaceUri(envelope, "b://")).ShouldContain("\"uri\":\"b://\"");
        Edit("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""",
            static (edits, _, envelope) => edits.ReplaceRequestId(envelope, "9"u8)).ShouldContain("\"requestId\":9");
        Edit("""{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"a"}}""",
            static (edits, _, envelope) => edits.ReplaceTaskId(envelope, "b")).ShouldContain("\"taskId\":\"b\"");
        Edit("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"n","requestState":"a"}}""",
            static (edits, _, envelope) => edits.ReplaceRequestState(envelope, "b")).ShouldContain("\"requestState\":\"b\"");
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping"}""", """{"params":{"_meta":{"traceparent":"x"}},"jsonrpc":"2.0","id":1,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{ }}""", """{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"traceparent":"x"} }}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":1}}""", """{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"traceparent":"x"},"a":1}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{}}}""", """{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"traceparent":"x"}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"traceparent":"y","b":[1, 2]}}}""", """{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"traceparent":"x","b":[1, 2]}}}""")]
    public void EditMeta_EveryPlace_SetsTheMember(string json, string expected) =>
        Edit(json, static (edits, source, envelope) => edits.EditMeta(source, envelope, new MetaEdit { TraceParent = "\"x\""u8 })).ShouldBe(expected);

    [Fact]
    public void EditMeta_NothingToDo_LeavesTheMessage()
    {
        const string json = """{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta": { "a" : 1 }}}""";

        Edit(json, static (edits, source, envelope) => edits.EditMeta(source, envelope, default)).ShouldBe(json);
    }

    [Fact]
    public void EditMeta_RandomMessagesAndEdits_EqualsTheEditOfADom() => Properties.ForAllSeeds(random =>
    {
        var json = RandomMessage.Request(random);
        var draw = new RandomJson(random);
        var token = draw.Flip() ? "\"new\\\"token\"" : "";
        var version = draw.Flip() ? "\"2026-07-28\"" : "";
        var info = draw.Flip() ? """{"name":"gateway"}""" : "";
        var own = draw.Flip() ? "[1,2]" : "";
        var removes = draw.Flip();

        var edited = Edit(json, (edits, source, envelope) =>
        {
            edits.EditMeta(source, envelope, new MetaEdit
            {
                RemoveReserved = removes, ProgressToken = Utf8(token), ProtocolVersion = Utf8(version), ClientInfo = Utf8(info),
                OwnKey = "com.example/ö\"wn"u8, OwnValue = Utf8(own),
            });
            edits.ReplaceName(envelope, "renamed");
        });

        var dom = JsonNode.Parse(json)!.AsObject();
        EditDom(dom, removes, ("progressToken", token), (Prefix + "protocolVersion", version), (Prefix + "clientInfo", info), ("com.example/ö\"wn", own));
        JsonNode.DeepEquals(JsonNode.Parse(edited), dom).ShouldBeTrue($"{json}\n{edited}\n{dom.ToJsonString()}");
        EnvelopeScanner.Scan(Encoding.UTF8.GetBytes(edited), out _).ShouldBe(EnvelopeFault.None);
    }, 3000);

    private static void EditDom(JsonObject dom, bool removes, params (string Name, string Raw)[] sets)
    {
        var parameters = dom["params"] as JsonObject;
        if (parameters?["name"] is not null)
        {
            parameters["name"] = "renamed";
        }

        var meta = parameters?["_meta"] as JsonObject;
        if (removes && meta is not null)
        {
            foreach (var name in meta.Select(static m => m.Key).Where(static k => k.StartsWith(Prefix, StringComparison.Ordinal)).ToList())
            {
                meta.Remove(name);
            }
        }

        foreach (var (name, raw) in sets.Where(static s => s.Raw.Length > 0))
        {
            if (parameters is null)
            {
                dom["params"] = parameters = [];
            }

            if (meta is null)
            {
                parameters["_meta"] = meta = [];
            }

            meta[name] = JsonNode.Parse(raw);
        }
    }

    private delegate void Change(SpliceList edits, ReadOnlySpan<byte> source, Envelope envelope);

    private static string Edit(string json, Change change)
    {
        var source = Utf8(json);
        EnvelopeScanner.Scan(source, out var envelope).ShouldBe(EnvelopeFault.None, json);
        using var edits = SpliceList.Rent();
        change(edits, source, envelope);
        return Encoding.UTF8.GetString(edits.ToArray(source));
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}

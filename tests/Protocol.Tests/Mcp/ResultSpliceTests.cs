using System.Text;
using System.Text.Json.Nodes;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.Mcp;

public sealed class ResultSpliceTests
{
    private const string ServerInfoKey = "io.modelcontextprotocol/serverInfo";

    [Theory]
    [InlineData("{}", """{"resultType":"complete","ttlMs":0,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"vs"}}}""")]
    [InlineData("{ }", """{"resultType":"complete","ttlMs":0,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"vs"}} }""")]
    [InlineData("""{"tools":[]}""", """{"resultType":"complete","ttlMs":0,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"vs"}},"tools":[]}""")]
    [InlineData("""{"resultType":"task","ttlMs":9,"cacheScope":"public","_meta":{}}""", """{"resultType":"task","ttlMs":0,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"vs"}}}""")]
    [InlineData("""{"_meta":{"a":1}}""", """{"resultType":"complete","ttlMs":0,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"vs"},"a":1}}""")]
    public void EditResult_ForModernClient_AddsWhatIsMissing(string result, string expected) =>
        Edit($$"""{"jsonrpc":"2.0","id":1,"result":{{result}}}""", static () => new ResultEdit
        {
            Id = "7"u8, ResultTypeIfAbsent = "\"complete\""u8, TtlMs = "0"u8, CacheScope = "\"private\""u8, ServerInfo = """{"name":"vs"}"""u8,
        }).ShouldBe($$"""{"jsonrpc":"2.0","id":7,"result":{{expected}}}""");

    [Theory]
    [InlineData("{}", """{"_meta":{"io.mcpgateway/overhead":{"own":1}}}""")]
    [InlineData("""{"content":[],"_meta":{}}""", """{"content":[],"_meta":{"io.mcpgateway/overhead":{"own":1}}}""")]
    [InlineData("""{"_meta":{"a":1},"content":[]}""", """{"_meta":{"io.mcpgateway/overhead":{"own":1},"a":1},"content":[]}""")]
    [InlineData("""{"_meta":{"io.mcpgateway/overhead":9,"a":1}}""", """{"_meta":{"io.mcpgateway/overhead":{"own":1},"a":1}}""")]
    public void EditResult_Overhead_IsSetInMeta(string result, string expected) =>
        Edit($$"""{"jsonrpc":"2.0","id":1,"result":{{result}}}""", static () => new ResultEdit { Overhead = """{"own":1}"""u8 })
            .ShouldBe($$"""{"jsonrpc":"2.0","id":1,"result":{{expected}}}""");

    [Theory]
    [InlineData("{}", """{"_meta":{"io.modelcontextprotocol/serverInfo":{},"io.mcpgateway/overhead":1}}""")]
    [InlineData("""{"_meta":{"io.modelcontextprotocol/serverInfo":{"x":1}}}""", """{"_meta":{"io.mcpgateway/overhead":1,"io.modelcontextprotocol/serverInfo":{}}}""")]
    [InlineData("""{"_meta":{"io.mcpgateway/overhead":2}}""", """{"_meta":{"io.modelcontextprotocol/serverInfo":{},"io.mcpgateway/overhead":1}}""")]
    public void EditResult_OverheadAndServerInfo_StandSideBySide(string result, string expected) =>
        Edit($$"""{"jsonrpc":"2.0","id":1,"result":{{result}}}""", static () => new ResultEdit { ServerInfo = "{}"u8, Overhead = "1"u8 })
            .ShouldBe($$"""{"jsonrpc":"2.0","id":1,"result":{{expected}}}""");

    [Fact]
    public void EditResult_Nothing_LeavesTheMessage()
    {
        const string json = """{"jsonrpc":"2.0","id":1,"result":{ "content" : [] }}""";

        Edit(json, static () => default).ShouldBe(json);
    }

    [Fact]
    public void EditResult_Error_ReplacesTheIdOnly() =>
        Edit("""{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"x"}}""", static () => new ResultEdit { Id = "\"c\""u8, TtlMs = "0"u8 })
            .ShouldBe("""{"jsonrpc":"2.0","id":"c","error":{"code":-32602,"message":"x"}}""");

    [Fact]
    public void EditResult_RandomResults_EqualsTheEditOfADom() => Properties.ForAllSeeds(random =>
    {
        var draw = new RandomJson(random);
        var members = new List<(string, string)>();
        Maybe("resultType", draw.Text("complete"));
        Maybe("ttlMs", "5");
        Maybe("requestState", draw.Text("s"));
        Maybe("content", "[" + draw.Value(2) + "]");
        Maybe("_meta", draw.Flip() ? draw.Bare([("x", draw.Value(1)), (ServerInfoKey, draw.Value(1))]) : draw.Bare([]));
        var json = draw.Bare([("jsonrpc", "\"2.0\""), ("id", "1"), ("result", draw.Bare([.. members]))]);

        var edited = Edit(json, static () => new ResultEdit
        {
            ResultTypeIfAbsent = "\"complete\""u8, TtlMs = "0"u8, ServerInfo = "{}"u8, RequestState = "\"sealed\""u8,
        });

        var dom = JsonNode.Parse(json)!;
        var result = dom["result"]!.AsObject();
        result.TryAdd("resultType", "complete");
        result["ttlMs"] = 0;
        (result["_meta"] ??= new JsonObject())[ServerInfoKey] = new JsonObject();
        if (result.ContainsKey("requestState"))
        {
            result["requestState"] = "sealed";
        }

        JsonNode.DeepEquals(JsonNode.Parse(edited), dom).ShouldBeTrue($"{json}\n{edited}");

        void Maybe(string name, string raw)
        {
            if (draw.Flip())
            {
                members.Add((name, raw));
            }
        }
    });

    private delegate ResultEdit Make();

    private static string Edit(string json, Make make)
    {
        var source = Encoding.UTF8.GetBytes(json);
        ResultScanner.Scan(source, out var scan).ShouldBe(ResultFault.None, json);
        using var edits = SpliceList.Rent();
        edits.EditResult(source, scan, make());
        return Encoding.UTF8.GetString(edits.ToArray(source));
    }
}

using System.Buffers;
using System.Text;
using System.Text.Json;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.Mcp;

public sealed class ContentConversionTests
{
    private const string Link =
        """{"type":"resource_link","uri":"file:///a\"b","name":"n","title":"T\u0041","description":"D","annotations":{"priority":1},"x":[1]}""";

    private const string Audio = """{"type":"audio","mimeType":"audio/wav","data":"AAAAAAAA"}""";

    [Theory]
    [InlineData("""{"content":[{"type":"text","text":"t"}],"structuredContent":{"a":1}}""", """{"content":[{"type":"text","text":"t"}]}""")]
    [InlineData("""{"structuredContent" : {"a":1} , "content":[{"type":"text","text":"t"}]}""", """{ "content":[{"type":"text","text":"t"}]}""")]
    [InlineData("""{"content":[{"type":"text","text":"t"}] , "structured\u0043ontent":7 }""", """{"content":[{"type":"text","text":"t"}]  }""")]
    [InlineData("""{"content":[],"structuredContent":{"a":"b"},"z":1}""", """{"content":[{"type":"text","text":"{\"a\":\"b\"}"}],"z":1}""")]
    [InlineData("""{"structuredContent":{"a":"b"}}""", """{"content":[{"type":"text","text":"{\"a\":\"b\"}"}]}""")]
    public void StructuredContent_ForClientWithout_IsDroppedOrShownAsText(string result, string expected) =>
        Convert(result, ProtocolRevision.March2025).ShouldBe(expected);

    [Theory]
    [InlineData("[1,2]", false)]
    [InlineData("\"text\"", false)]
    [InlineData("null", false)]
    [InlineData("{\"a\":1}", true)]
    public void StructuredContent_ForClientOfObjects_StaysWhenItIsOne(string value, bool stays)
    {
        var result = $$"""{"content":[{"type":"text","text":"t"}],"structuredContent":{{value}}}""";

        Convert(result, ProtocolRevision.November2025).ShouldBe(stays ? result : """{"content":[{"type":"text","text":"t"}]}""");
        Convert(result, ProtocolRevision.July2026).ShouldBe(result);
    }

    [Fact]
    public void Link_ForClientWithout_BecomesText()
    {
        var converted = Convert($$"""{"content":[{"type":"text","text":"t"}, {{Link}} ],"v":1}""", ProtocolRevision.March2025);

        converted.ShouldBe(
            """{"content":[{"type":"text","text":"t"}, {"type":"text","text":"Resource T\u0041\nD\nfile:///a\"b","annotations":{"priority":1}} ],"v":1}""");
    }

    [Fact]
    public void Link_WithEscapedType_IsFound() =>
        Convert("""{"content":[{"type":"resource\u005flink","uri":"u","name":"n"}]}""", ProtocolRevision.March2025)
            .ShouldBe("""{"content":[{"type":"text","text":"Resource n\nu"}]}""");

    [Fact]
    public void Link_ForClientThatKnowsIt_Stays()
    {
        var result = $$"""{"content":[{{Link}},{{Audio}}]}""";

        Convert(result, ProtocolRevision.June2025).ShouldBe(result);
    }

    [Fact]
    public void Audio_IsTextForTheOldestClientOnly()
    {
        var result = $$"""{"messages":[{"role":"user","content":{{Audio}}},{"role":"user","content":[{{Audio}}]}]}""";

        Convert(result, ProtocolRevision.March2025, McpMethod.PromptsGet).ShouldBe(result);
        var converted = JsonElement.Parse(Convert(result, ProtocolRevision.November2024, McpMethod.PromptsGet));
        var text = converted.GetProperty("messages")[0].GetProperty("content").GetProperty("text").GetString()!;
        text.ShouldContain("audio/wav");
        text.ShouldContain("about 6 bytes");
        converted.GetProperty("messages")[1].GetProperty("content")[0].GetProperty("type").GetString().ShouldBe("text");
    }

    [Fact]
    public void Uris_WhereSomeDiffer_AreExposed()
    {
        static string? Expose(string uri) => uri == "x:1" ? "b+x:1" : null;

        Convert("""{"contents":[{"uri":"x:1","text":"x:1"},{"uri":"x:2"},{"uri":"x\u003a1"}]}""", ProtocolRevision.July2026, McpMethod.ResourcesRead, Expose)
            .ShouldBe("""{"contents":[{"uri":"b+x:1","text":"x:1"},{"uri":"x:2"},{"uri":"b+x:1"}]}""");
        Convert(
                """{"content":[{"type":"resource","resource":{"uri":"x:1","text":"t"}},{"type":"resource_link","uri":"x:1","name":"n"}]}""",
                ProtocolRevision.November2025,
                McpMethod.ToolsCall,
                Expose)
            .ShouldBe("""{"content":[{"type":"resource","resource":{"uri":"b+x:1","text":"t"}},{"type":"resource_link","uri":"b+x:1","name":"n"}]}""");
        Convert("""{"content":[{"type":"resource_link","uri":"x:1","name":"n"}]}""", ProtocolRevision.March2025, McpMethod.ToolsCall, Expose)
            .ShouldBe("""{"content":[{"type":"text","text":"Resource n\nb+x:1"}]}""");
    }

    [Theory]
    [InlineData("""{"content":7}""")]
    [InlineData("""{"content":[7,null,"resource_link",[{"type":"resource_link"}],{"type":7,"audio":1}]}""")]
    [InlineData("""{"content":{"type":"text","text":"audio"}}""")]
    [InlineData("""{"messages":[1,{"content":"audio"}],"contents":{"uri":7}}""")]
    public void Content_OfOddShape_IsLeftAlone(string result)
    {
        foreach (var method in (McpMethod[])[McpMethod.ToolsCall, McpMethod.PromptsGet, McpMethod.ResourcesRead])
        {
            Convert(result, ProtocolRevision.November2024, method, static uri => uri + "!").ShouldBe(result);
        }
    }

    [Fact]
    public void Error_IsLeftAlone()
    {
        const string message = """{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"resource_link","data":{"structuredContent":1}}}""";
        ResultScanner.Scan(Encoding.UTF8.GetBytes(message), out var scan).ShouldBe(ResultFault.None);

        using var edits = SpliceList.Rent();
        edits.EditContent(Encoding.UTF8.GetBytes(message), scan, McpMethod.ToolsCall, ContentRules.For(ProtocolRevision.November2024), static uri => uri + "!");

        edits.Count.ShouldBe(0);
    }

    [Fact]
    public void Result_OfAnyShape_ConvertsToJsonWithoutUnreadableContent() => Properties.ForAllSeeds(random =>
    {
        var json = new RandomJson(random);
        var blocks = Enumerable.Range(0, json.Pick(4)).Select(_ => Block(json)).ToArray();
        var members = new List<(string, string)> { ("_meta", "{}") };
        if (json.Flip())
        {
            members.Add(("structuredContent", json.Value(2)));
        }

        members.Add(("content", "[" + string.Join(",", blocks.Select(block => json.Space() + block + json.Space())) + "]"));
        var result = json.Object(1, [.. members]);
        var before = JsonElement.Parse(result);

        var after = JsonElement.Parse(Convert(result, ProtocolRevision.November2024));

        after.TryGetProperty("structuredContent", out _).ShouldBeFalse();
        // Everything else is there as it was, in its order.
        after.EnumerateObject().Select(member => member.Name).ShouldBe(before.EnumerateObject().Select(member => member.Name).Where(name => name != "structuredContent"));
        after.EnumerateObject().Where(member => member.Name != "content").ShouldAllBe(member => member.Value.GetRawText() == before.GetProperty(member.Name).GetRawText());
        var converted = after.GetProperty("content").EnumerateArray().ToArray();
        converted.ShouldAllBe(block => block.GetProperty("type").GetString() == "text" || block.GetProperty("type").GetString() == "image");
        if (blocks.Length > 0)
        {
            converted.Length.ShouldBe(blocks.Length);
            converted.Index().Where(pair => before.GetProperty("content")[pair.Index].GetProperty("type").GetString() is "text" or "image")
                .ShouldAllBe(pair => pair.Item.GetRawText() == before.GetProperty("content")[pair.Index].GetRawText());
        }

        Convert(result, ProtocolRevision.July2026).ShouldBe(result);
    });

    private static string Block(RandomJson json)
    {
        var type = json.Pick(4) switch { 0 => "text", 1 => "image", 2 => "audio", _ => "resource_link" };
        return json.Object(1, ("type", json.Text(type)), ("uri", json.Text("file:///x")), ("data", json.Text("AAAA")), ("name", json.Text("a \"name\"")));
    }

    private static string Convert(
        string result, ProtocolRevision revision, McpMethod method = McpMethod.ToolsCall, Func<string, string?>? exposedUri = null)
    {
        const string head = """{"jsonrpc":"2.0","id":1,"result":""";
        var message = Encoding.UTF8.GetBytes(head + result + "}");
        ResultScanner.Scan(message, out var scan).ShouldBe(ResultFault.None);
        using var edits = SpliceList.Rent();
        edits.EditContent(message, scan, method, ContentRules.For(revision), exposedUri);
        var output = new ArrayBufferWriter<byte>();
        edits.ApplyTo(message, output);
        return Encoding.UTF8.GetString(output.WrittenSpan)[head.Length..^1];
    }
}

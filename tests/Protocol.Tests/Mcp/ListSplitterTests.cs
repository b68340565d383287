using System.Buffers;
using System.Text;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.Mcp;

public sealed class ListSplitterTests
{
    private const string Tool =
        """{ "name":"find", "title":"Find","description":"Finds \"it\"","inputSchema":{"type":"object","x-vendor":1.50}, "annotations":{"readOnlyHint":true},"_meta":{"v":1},"x":[ ] }""";

    [Fact]
    public void Split_Tools_KeepsBytesAndFindsFields()
    {
        var message = Utf8($$$"""{"jsonrpc":"2.0","id":1,"result":{"nextCursor":"p2","tools":[ {{{Tool}}} , {"name":"b","inputSchema":{}}]}}""");

        Split(message, ListKind.Tools, out var items, out var cursor).ShouldBe(ListFault.None);

        items.Count.ShouldBe(2);
        Text(items[0].Raw).ShouldBe(Tool);
        Text(items[0].Key).ShouldBe("\"find\"");
        Text(items[0].Title).ShouldBe("\"Find\"");
        JsonStringBytes.GetString(items[0].Description.Slice(message)).ShouldBe("Finds \"it\"");
        Text(items[0].InputSchema).ShouldBe("""{"type":"object","x-vendor":1.50}""");
        Text(items[0].Annotations).ShouldBe("""{"readOnlyHint":true}""");
        Text(items[0].Meta).ShouldBe("""{"v":1}""");
        items[1].Description.IsPresent.ShouldBeFalse();
        items.ShouldAllBe(static i => i.Fault == ListItemFault.None);
        Text(cursor).ShouldBe("\"p2\"");

        string Text(ByteRange range) => Encoding.UTF8.GetString(range.Slice(message));
    }

    [Theory]
    [InlineData(ListKind.Prompts, """{"prompts":[{"name":"p","arguments":[]}]}""", "\"p\"")]
    [InlineData(ListKind.Resources, """{"resources":[{"uri":"a://b","name":"n","mimeType":"text/plain"}]}""", "\"a://b\"")]
    [InlineData(ListKind.ResourceTemplates, """{"resourceTemplates":[{"uriTemplate":"a://{x}","name":"n"}]}""", "\"a://{x}\"")]
    public void Split_OtherKinds_UseTheirKey(ListKind kind, string result, string key)
    {
        var message = Utf8($$"""{"jsonrpc":"2.0","id":1,"result":{{result}}}""");

        Split(message, kind, out var items, out var cursor).ShouldBe(ListFault.None);

        Encoding.UTF8.GetString(items.ShouldHaveSingleItem().Key.Slice(message)).ShouldBe(key);
        cursor.IsPresent.ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"id":1,"result":{}}""", ListFault.ListMissing)]
    [InlineData("""{"id":1,"result":{"tools":{}}}""", ListFault.ListNotArray)]
    [InlineData("""{"id":1,"result":{"tools":null}}""", ListFault.ListNotArray)]
    [InlineData("""{"id":1,"result":[]}""", ListFault.NotAResult)]
    [InlineData("""{"id":1,"result":{"tools":[],"nextCursor":1}}""", ListFault.NotAResult)]
    [InlineData("garbage", ListFault.NotAResult)]
    [InlineData("""{"id":1,"error":{"code":-32601,"message":"x"}}""", ListFault.ErrorAnswer)]
    [InlineData("""{"id":1,"result":{"tools":[1,2,3,4]}}""", ListFault.TooManyItems)]
    public void Split_LyingUpstream_NamesTheFault(string json, ListFault expected)
    {
        ListSplitter.Split(Utf8(json), ListKind.Tools, [], out _, out _, maxItems: 3).ShouldBe(expected);

        expected.Message(ListKind.Tools).ShouldEndWith(".");
    }

    [Theory]
    [InlineData("5", ListItemFault.NotAnObject)]
    [InlineData("[{}]", ListItemFault.NotAnObject)]
    [InlineData("{}", ListItemFault.KeyMissing)]
    [InlineData("""{"name":null,"inputSchema":{}}""", ListItemFault.KeyNotString)]
    [InlineData("""{"name":"","inputSchema":{}}""", ListItemFault.KeyEmpty)]
    [InlineData("""{"name":"a","na\u006de":"b","inputSchema":{}}""", ListItemFault.DuplicateKey)]
    [InlineData("""{"name":"a"}""", ListItemFault.InputSchemaNotObject)]
    [InlineData("""{"name":"a","inputSchema":true}""", ListItemFault.InputSchemaNotObject)]
    [InlineData("""{"name":"go\u006fd","inputSchema":{}}""", ListItemFault.Repeated)]
    public void Split_BadItem_IsMarkedAndTheOthersStay(string item, ListItemFault expected)
    {
        var message = Utf8($$$"""{"id":1,"result":{"tools":[{"name":"good","inputSchema":{}},{{{item}}},{"name":"last","inputSchema":{}}]}}""");

        Split(message, ListKind.Tools, out var items, out _).ShouldBe(ListFault.None);

        items.Select(static i => i.Fault).ShouldBe([ListItemFault.None, expected, ListItemFault.None]);
        Encoding.UTF8.GetString(items[1].Raw.Slice(message)).ShouldBe(item);
        expected.Message(ListKind.Tools).ShouldEndWith(".");
    }

    [Fact]
    public void Split_LongNameAndLargeItem_AreMarked()
    {
        var message = Utf8($$$"""{"id":1,"result":{"tools":[{"name":"{{{new string('n', 257)}}}","inputSchema":{}},{"name":"x","inputSchema":{},"pad":"{{{new string('p', 2000)}}}"}]}}""");
        var items = new List<ListItem>();

        ListSplitter.Split(message, ListKind.Tools, items, out _, out _, maxItemBytes: 1000).ShouldBe(ListFault.None);

        items.Select(static i => i.Fault).ShouldBe([ListItemFault.KeyTooLong, ListItemFault.TooLarge]);
    }

    [Fact]
    public void Split_RandomLists_SliceWhatTheParserSees() => Properties.ForAllSeeds(random =>
    {
        var draw = new RandomJson(random);
        var raws = Enumerable.Range(0, draw.Pick(4)).Select(i => draw.Object(2, ("name", $"\"t{i}\""), ("inputSchema", draw.Object(1)))).ToList();
        var message = Utf8(draw.Bare([("id", "1"), ("result", draw.Bare([("tools", "[" + string.Join(",", raws.Select(r => draw.Space() + r)) + "]")]))]));

        Split(message, ListKind.Tools, out var items, out _).ShouldBe(ListFault.None);

        items.Select(i => Encoding.UTF8.GetString(i.Raw.Slice(message))).ShouldBe(raws);
        items.ShouldAllBe(static i => i.Fault == ListItemFault.None);
    });

    [Fact]
    public void DefinitionSplice_NameAndDescription_AllElseIsByteForByte()
    {
        Write(Tool, ListKind.Tools, "crm-find", "New").ShouldBe(Tool.Replace("\"find\"", "\"crm-find\"").Replace("\"Finds \\\"it\\\"\"", "\"New\""));
        Write(Tool, ListKind.Tools, null, null).ShouldBe(Tool);
        Write("""{"name":"a","inputSchema":{}}""", ListKind.Tools, "b", "x\"y").ShouldBe("""{"description":"x\"y","name":"b","inputSchema":{}}""");
        Write("""{"name":"a","description":null}""", ListKind.Prompts, null, "x").ShouldBe("""{"name":"a","description":"x"}""");
        Write("""{"uri":"a://b","name":"n"}""", ListKind.Resources, "z://b").ShouldBe("""{"uri":"z://b","name":"n"}""");
        Write("""{"name":"n","uriTemplate":"a://{x}"}""", ListKind.ResourceTemplates, "z://{x}").ShouldBe("""{"name":"n","uriTemplate":"z://{x}"}""");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"name":"a"} x""")]
    public void DefinitionSplice_UnusableDefinition_WritesNothing(string definition)
    {
        var writer = new ArrayBufferWriter<byte>();

        DefinitionSplice.Write(writer, Utf8(definition), ListKind.Prompts, "x").ShouldBeFalse();

        writer.WrittenCount.ShouldBe(0);
    }

    private static string Write(string definition, ListKind kind, string? key, string? description = null)
    {
        var writer = new ArrayBufferWriter<byte>();
        DefinitionSplice.Write(writer, Utf8(definition), kind, key, description).ShouldBeTrue();
        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }

    private static ListFault Split(byte[] message, ListKind kind, out List<ListItem> items, out ByteRange cursor)
    {
        items = [];
        return ListSplitter.Split(message, kind, items, out cursor, out _);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}

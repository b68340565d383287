using System.Buffers;
using System.Text;
using System.Text.Json;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.Mcp;

public sealed class DefinitionConversionTests
{
    [Theory]
    [InlineData("""{"name":"t","inputSchema":{},"outputSchema":{"type":"object"}}""", """{"name":"t","inputSchema":{}}""")]
    [InlineData("""{"name":"t", "outputSchema" : {"type":"object"} ,"inputSchema":{}}""", """{"name":"t", "inputSchema":{}}""")]
    [InlineData("""{"output\u0053chema":true,"name":"t","inputSchema":{}}""", """{"name":"t","inputSchema":{}}""")]
    public void OutputSchema_ForClientWithout_IsDropped(string definition, string expected) =>
        Convert(definition, StructuredRule.None).ShouldBe(expected);

    [Theory]
    [InlineData("""{"type":"object","properties":{}}""", true)]
    [InlineData("""{"properties":{"type":{"type":"string"}},"type":"object"}""", true)]
    [InlineData("""{"type":"array"}""", false)]
    [InlineData("""{"type":["object","null"]}""", false)]
    [InlineData("""{"anyOf":[{"type":"object"}]}""", false)]
    [InlineData("true", false)]
    public void OutputSchema_ForClientOfObjects_StaysWhenItIsOfObjects(string schema, bool stays) =>
        Convert($$"""{"name":"t","inputSchema":{},"outputSchema":{{schema}}}""", StructuredRule.ObjectsOnly)
            .ShouldBe(stays ? null : """{"name":"t","inputSchema":{}}""");

    [Theory]
    [InlineData("""{"name":"t","inputSchema":{}}""")]
    [InlineData("""{"name":"t","description":"has no \"outputSchema\"","inputSchema":{"properties":{"outputSchema":{}}}}""")]
    public void Definition_WithoutOutputSchema_StaysAsItIs(string definition) => Convert(definition, StructuredRule.None).ShouldBeNull();

    [Fact]
    public void Definition_ForModernClient_StaysAsItIs() =>
        Convert("""{"name":"t","inputSchema":{},"outputSchema":7}""", StructuredRule.Any).ShouldBeNull();

    [Fact]
    public void Definition_OfAnyShape_LosesItsOutputSchemaAndNothingElse() => Properties.ForAllSeeds(random =>
    {
        var json = new RandomJson(random);
        var definition = json.Object(2, ("inputSchema", "{}"), ("outputSchema", json.Value(2)));
        var before = JsonElement.Parse(definition);

        var after = JsonElement.Parse(Convert(definition, StructuredRule.None).ShouldNotBeNull());

        after.EnumerateObject().Select(member => (member.Name, member.Value.GetRawText()))
            .ShouldBe(before.EnumerateObject().Where(member => member.Name != "outputSchema").Select(member => (member.Name, member.Value.GetRawText())));
    });

    private static string? Convert(string definition, StructuredRule rule)
    {
        var output = new ArrayBufferWriter<byte>();
        return DefinitionConversion.TryWriteTool(output, Encoding.UTF8.GetBytes(definition), rule)
            ? Encoding.UTF8.GetString(output.WrittenSpan)
            : null;
    }
}

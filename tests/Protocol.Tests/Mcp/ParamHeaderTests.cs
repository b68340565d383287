using System.Text;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.Mcp;

public sealed class ParamHeaderTests
{
    [Fact]
    public void TryRead_AnnotatedSchema_FindsNestedArguments()
    {
        const string schema =
            """{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},"o":{"type":"object","properties":{"level":{"x-mcp\u002dheader":"Level","type":"integer"}}},"x-mcp-header":{"type":"string"}},"default":{"x-mcp-header":"no"}}""";

        ParamHeaderReader.TryRead(Encoding.UTF8.GetBytes(schema), out var headers).ShouldBeTrue();

        headers.Select(static h => h.HeaderName + "=" + string.Join('.', h.Path)).ShouldBe(["Mcp-Param-Region=region", "Mcp-Param-Level=o.level"]);
    }

    [Theory]
    [InlineData("""{"x-mcp-header":"Root","type":"string"}""")]
    [InlineData("""{"properties":{"a":{"type":"number","x-mcp-header":"A"}}}""")]
    [InlineData("""{"properties":{"a":{"type":["string","null"],"x-mcp-header":"A"}}}""")]
    [InlineData("""{"properties":{"a":{"x-mcp-header":"A"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"A B"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":""}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":5}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}}""")]
    [InlineData("""{"oneOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]}""")]
    [InlineData("""{"$defs":{"d":{"type":"string","x-mcp-header":"A"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"A"}}""")]
    public void TryRead_InvalidAnnotation_AnswersFalse(string schema)
    {
        ParamHeaderReader.TryRead(Encoding.UTF8.GetBytes(schema), out var headers).ShouldBeFalse();

        headers.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"o":{"level":5}}""", "5")]
    [InlineData("""{"x":1,"\u006f":{"x":{}, "level" : "a b" }}""", "\"a b\"")]
    [InlineData("""{"o":{"level":null}}""", "null")]
    [InlineData("""{"o":{}}""", "")]
    [InlineData("""{"o":[1]}""", "")]
    [InlineData("{}", "")]
    [InlineData("null", "")]
    [InlineData("", "")]
    public void TryFind_Arguments_GivesTheArgument(string arguments, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(arguments);

        new ParamHeader("Level", ["o", "level"]).TryFind(bytes, out var value).ShouldBeTrue();

        Encoding.UTF8.GetString(value.Slice(bytes)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("""{"o":{"level":5,"l\u0065vel":6}}""")]
    [InlineData("""{"o":{"level":5},"o":{}}""")]
    public void TryFind_MemberTwice_AnswersFalse(string arguments) =>
        new ParamHeader("Level", ["o", "level"]).TryFind(Encoding.UTF8.GetBytes(arguments), out _).ShouldBeFalse();

    [Theory]
    [InlineData("find", "\"f\\u0069nd\"", true)]
    [InlineData(" =?base64?w6k=?= ", "\"é\"", true)]
    [InlineData("Find", "\"find\"", false)]
    [InlineData(null, "\"find\"", false)]
    [InlineData("", "", false)]
    [InlineData("é", "\"é\"", false)]
    public void Repeats_HeaderAndName_AreComparedDecoded(string? header, string token, bool expected) =>
        McpHeaders.Repeats(header, Encoding.UTF8.GetBytes(token)).ShouldBe(expected);

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"uri":"u","name":"n","taskId":"t"}}""", "\"n\"")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"u","name":"n","taskId":"t"}}""", "\"u\"")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tasks/cancel","params":{"uri":"u","name":"n","taskId":"t"}}""", "\"t\"")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"uri":"u","name":"n","taskId":"t"}}""", "")]
    public void HeaderName_ByMethod_IsWhatTheHeaderRepeats(string json, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(json);

        EnvelopeScanner.Scan(bytes, out var envelope).ShouldBe(EnvelopeFault.None);

        Encoding.UTF8.GetString(envelope.HeaderName.Slice(bytes)).ShouldBe(expected);
    }
}

using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.Mcp;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData(""" { "b" : 1 , "a" : [ true , null ] } """, """{"a":[true,null],"b":1}""")]
    [InlineData("""{"\u0062":1,"a":"\u0041\/\n\u0001\u00e9"}""", """{"a":"A/\n\u0001é","b":1}""")]
    [InlineData("""{"a":1,"A":2,"aa":3,"":4}""", """{"":4,"A":2,"a":1,"aa":3}""")]
    [InlineData("""{"a":1,"a":2}""", """{"a":1,"a":2}""")]
    [InlineData("""{"a":2,"a":1}""", """{"a":2,"a":1}""")]
    [InlineData("\"\\ud83d\\ude00\"", "\"😀\"")]
    [InlineData("\"\\uD800x\"", "\"\\ud800x\"")]
    [InlineData("\"\\ufffd\"", "\"\ufffd\"")]
    public void TryWrite_Value_HasOneForm(string json, string expected) => Canonical(json).ShouldBe(expected);

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("0.00e5", "0")]
    [InlineData("1", "1")]
    [InlineData("1.0", "1")]
    [InlineData("10e-1", "1")]
    [InlineData("100", "1e2")]
    [InlineData("1E+2", "1e2")]
    [InlineData("-12.50", "-125e-1")]
    [InlineData("0.001", "1e-3")]
    [InlineData("123456789012345678901234567890", "12345678901234567890123456789e1")]
    [InlineData("1e99999999999999999999", "1e99999999999999999999")]
    [InlineData("0e99999999999999999999", "0")]
    public void TryWrite_Number_IsNormalisedWithoutRounding(string json, string expected) => Canonical(json).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("01")]
    public void TryWrite_NotJson_AnswersFalse(string json)
    {
        CanonicalJson.TryWrite(Encoding.UTF8.GetBytes(json), new ArrayBufferWriter<byte>()).ShouldBeFalse();
        CanonicalJson.HashHex(Encoding.UTF8.GetBytes(json)).ShouldBeNull();
    }

    [Fact]
    public void TryWrite_DeepOrNotUtf8_AnswersFalse()
    {
        CanonicalJson.HashHex(Encoding.UTF8.GetBytes(new string('[', 129) + new string(']', 129))).ShouldBeNull();
        CanonicalJson.HashHex([(byte)'"', 0xff, (byte)'"']).ShouldBeNull();
        CanonicalJson.HashHex(Encoding.UTF8.GetBytes(new string('[', 128) + new string(']', 128))).ShouldNotBeNull();
    }

    [Fact]
    public void HashHex_SameValue_IsTheSameAndKnown()
    {
        CanonicalJson.HashHex("{ }"u8).ShouldBe("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
        CanonicalJson.HashHex("""{"a":1,"b":"x"}"""u8).ShouldBe(CanonicalJson.HashHex("""{"b":"\u0078","a":1.0}"""u8));
        CanonicalJson.HashHex("""{"a":"\ud800"}"""u8).ShouldNotBe(CanonicalJson.HashHex("""{"a":"\ud801"}"""u8));
    }

    [Fact]
    public void TryWrite_RandomValues_KeepTheValueAndAreAFixedPoint() => Properties.ForAllSeeds(random =>
    {
        var json = new RandomJson(random).Object(4);

        var canonical = Canonical(json);

        Canonical(canonical).ShouldBe(canonical);
        Shape(JsonNode.Parse(canonical)).ShouldBe(Shape(JsonNode.Parse(json)));
    });

    /// <summary>A text of the value in which numbers are doubles and members are sorted.</summary>
    private static string Shape(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject o => "{" + string.Join(",", o.OrderBy(static m => m.Key, StringComparer.Ordinal).Select(static m => m.Key + ":" + Shape(m.Value))) + "}",
        JsonArray a => "[" + string.Join(",", a.Select(Shape)) + "]",
        _ when node.GetValueKind() is System.Text.Json.JsonValueKind.Number => (node.GetValue<double>() + 0.0).ToString("R", null),
        _ => node.ToJsonString(),
    };

    private static string Canonical(string json)
    {
        var writer = new ArrayBufferWriter<byte>();
        CanonicalJson.TryWrite(Encoding.UTF8.GetBytes(json), writer).ShouldBeTrue(json);
        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }
}

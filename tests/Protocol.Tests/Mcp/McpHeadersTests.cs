using System.Text;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.Mcp;

public sealed class McpHeadersTests
{
    [Theory]
    [InlineData("plain-name_1.x", "plain-name_1.x")]
    [InlineData("a b\tc", "a b\tc")]
    [InlineData("", "")]
    [InlineData(" lead", "=?base64?IGxlYWQ=?=")]
    [InlineData("trail\t", "=?base64?dHJhaWwJ?=")]
    [InlineData("é", "=?base64?w6k=?=")]
    [InlineData("a\r\nX-Evil: 1", "=?base64?YQ0KWC1FdmlsOiAx?=")]
    [InlineData("=?base64?YQ==?=", "=?base64?PT9iYXNlNjQ/WVE9PT89?=")]
    public void Encode_Value_IsPlainWherePossible(string value, string expected)
    {
        McpHeaders.Encode(value).ShouldBe(expected);

        McpHeaders.TryDecode(expected, out var decoded).ShouldBeTrue();
        decoded.ShouldBe(value);
    }

    [Theory]
    [InlineData("  find \t", "find")]
    [InlineData(" =?base64?ZmluZA==?= ", "find")]
    [InlineData("=?BASE64?ZmluZA==?=", "=?BASE64?ZmluZA==?=")]
    [InlineData("=?base64??=", "")]
    [InlineData("=?base64?=", "=?base64?=")]
    public void TryDecode_Header_IsTrimmedAndDecoded(string header, string expected)
    {
        McpHeaders.TryDecode(header, out var value).ShouldBeTrue();

        value.ShouldBe(expected);
    }

    [Theory]
    [InlineData("é")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a\u007fb")]
    [InlineData("=?base64?Zmlu ZA==?=")]
    [InlineData("=?base64?%%%%?=")]
    [InlineData("=?base64?ZmluZA?=")]
    [InlineData("=?base64?w6==?=")]
    [InlineData("=?base64?/w==?=")]
    public void TryDecode_BadHeader_AnswersFalse(string header) => McpHeaders.TryDecode(header, out _).ShouldBeFalse();

    [Fact]
    public void EncodeThenDecode_AnyText_IsTheSame() => Properties.ForAllSeeds(random =>
    {
        var text = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => new Rune(random.Next(4) == 0 ? random.Next(0xd7ff) : random.Next(128))));

        var header = McpHeaders.Encode(text);

        header.ShouldAllBe(static c => c == '\t' || (c >= ' ' && c < 127));
        McpHeaders.TryDecode(header, out var decoded).ShouldBeTrue();
        decoded.ShouldBe(text);
    });

    [Fact]
    public void TryDecode_AnyText_NeverThrows() =>
        Properties.ForAllFrom(["=?base64?", "?=", "YQ==", "a", " ", "=", "é", "/w==", "\n"], static text => McpHeaders.TryDecode(text, out _));

    [Theory]
    [InlineData("Region", true)]
    [InlineData("x_1!", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a:b", false)]
    [InlineData("é", false)]
    public void IsToken_Name_FollowsTheGrammar(string name, bool expected) => McpHeaders.IsToken(name).ShouldBe(expected);

    [Theory]
    [InlineData("eu", "\"eu\"", true)]
    [InlineData(" eu ", "\"e\\u0075\"", true)]
    [InlineData("=?base64?w6k=?=", "\"é\"", true)]
    [InlineData("EU", "\"eu\"", false)]
    [InlineData("", "\"\"", true)]
    [InlineData(null, "\"eu\"", false)]
    [InlineData(null, "null", true)]
    [InlineData(null, "", true)]
    [InlineData("", "null", false)]
    [InlineData("x", "", false)]
    [InlineData("5", "5", true)]
    [InlineData("05", "5", true)]
    [InlineData("5.0", "5", true)]
    [InlineData("5", "5e0", true)]
    [InlineData("-5", "5", false)]
    [InlineData("5", "\"5\"", true)]
    [InlineData("9007199254740991", "9007199254740991", true)]
    [InlineData("9007199254740992", "9007199254740992", false)]
    [InlineData("0.5", "0.5", false)]
    [InlineData("abc", "5", false)]
    [InlineData("true", "true", true)]
    [InlineData("True", "true", false)]
    [InlineData("false", "false", true)]
    [InlineData("{}", "{}", false)]
    public void Agrees_HeaderAndArgument_AreComparedByType(string? header, string argument, bool expected) =>
        McpParamHeader.Agrees(header, Encoding.UTF8.GetBytes(argument)).ShouldBe(expected);

    [Theory]
    [InlineData("\"eu\"", "eu")]
    [InlineData("\"é\"", "=?base64?w6k=?=")]
    [InlineData("1.0", "1")]
    [InlineData("-42", "-42")]
    [InlineData("true", "true")]
    [InlineData("null", null)]
    [InlineData("", null)]
    [InlineData("0.5", null)]
    [InlineData("[]", null)]
    public void Make_Argument_GivesAHeaderThatAgrees(string argument, string? expected)
    {
        var bytes = Encoding.UTF8.GetBytes(argument);

        McpParamHeader.Make(bytes).ShouldBe(expected);

        if (expected is not null)
        {
            McpParamHeader.Agrees(expected, bytes).ShouldBeTrue();
        }
    }
}

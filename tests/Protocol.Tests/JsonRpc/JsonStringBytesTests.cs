using System.Buffers;
using System.Text;
using System.Text.Json;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Tests.JsonRpc;

public sealed class JsonStringBytesTests
{
    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("\"plain\"", "plain")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t")]
    [InlineData("\"\\u00e9\\u65e5\\ud83d\\ude00\"", "é日😀")]
    [InlineData("\"a\\ud800b\"", "a\ufffdb")]
    [InlineData("\"\\ude00\\ud83d\"", "\ufffd\ufffd")]
    [InlineData("\"\\ud800\\u0061\"", "\ufffda")]
    public void GetString_Token_IsUnescaped(string token, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(token);
        var chars = new char[bytes.Length];

        JsonStringBytes.GetString(bytes).ShouldBe(expected);
        JsonStringBytes.TryDecode(bytes, chars, out var written).ShouldBeTrue();
        new string(chars, 0, written).ShouldBe(expected);
        JsonStringBytes.TextEquals(bytes, Encoding.UTF8.GetBytes(expected)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("\"a\\u0062c\"", "abc", true, true)]
    [InlineData("\"a\\u0062c\"", "ab", false, true)]
    [InlineData("\"a\\u0062c\"", "a", false, true)]
    [InlineData("\"a\\u0062c\"", "", false, true)]
    [InlineData("\"a\\u0062c\"", "abcd", false, false)]
    [InlineData("\"a\\u0062c\"", "axc", false, false)]
    [InlineData("\"a\\u0062\"", "ax", false, false)]
    [InlineData("\"io.x\\/y\"", "io.x/", false, true)]
    [InlineData("\"abc\"", "a\\u0062c", false, false)]
    [InlineData("\"\\\\\"", "\\", true, true)]
    public void TextEqualsAndStartsWith_EscapedToken_CompareItsText(string token, string text, bool equals, bool starts)
    {
        var bytes = Encoding.UTF8.GetBytes(token);

        JsonStringBytes.TextEquals(bytes, Encoding.UTF8.GetBytes(text)).ShouldBe(equals);
        JsonStringBytes.StartsWith(bytes, Encoding.UTF8.GetBytes(text)).ShouldBe(starts);
    }

    [Fact]
    public void TryDecode_DestinationTooSmall_AnswersFalse() =>
        JsonStringBytes.TryDecode("\"ab\\u0063\""u8, new char[2], out _).ShouldBeFalse();

    [Fact]
    public void Write_AnyText_IsReadBackByTheParser() => Properties.ForAllSeeds(random =>
    {
        var text = new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(0x250))]);
        var fromChars = new ArrayBufferWriter<byte>();
        var fromBytes = new ArrayBufferWriter<byte>();

        JsonStringBytes.Write(fromChars, text);
        JsonStringBytes.Write(fromBytes, Encoding.UTF8.GetBytes(text));

        JsonSerializer.Deserialize<string>(fromChars.WrittenSpan).ShouldBe(text);
        fromBytes.WrittenSpan.SequenceEqual(fromChars.WrittenSpan).ShouldBeTrue();
        JsonStringBytes.Encode(text).AsSpan().SequenceEqual(fromChars.WrittenSpan).ShouldBeTrue();
        JsonStringBytes.GetString(fromChars.WrittenSpan).ShouldBe(text);
    });

    [Fact]
    public void GetString_AnyTokenOfTheParser_ReadsTheSame() => Properties.ForAllSeeds(random =>
    {
        var token = new RandomJson(random).Text(string.Concat(Enumerable.Repeat("a\"\\/é\n😀", random.Next(4))));

        JsonStringBytes.GetString(Encoding.UTF8.GetBytes(token)).ShouldBe(JsonSerializer.Deserialize<string>(token));
    });
}

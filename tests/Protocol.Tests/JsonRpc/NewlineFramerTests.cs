using System.Text;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Tests.JsonRpc;

public sealed class NewlineFramerTests
{
    [Fact]
    public void Read_MixedLineEndsAndBlankLines_GivesTheLines()
    {
        using var framer = new NewlineFramer();
        framer.Push("{\"a\":1}\r\n\n \t\r\n{\"b\":2}\n{\"c\""u8);

        Lines(framer).ShouldBe(["{\"a\":1}", "{\"b\":2}"]);

        framer.PendingBytes.ShouldBe(4);
    }

    [Fact]
    public void Read_LineAtTheLimit_IsGivenAndOneBeyondIsRefusedForGood()
    {
        using var framer = new NewlineFramer(maxLineBytes: 5);
        framer.Push("12345\n123456"u8);

        framer.Read(out var line).ShouldBe(FrameStatus.Line);
        line.Length.ShouldBe(5);
        framer.Read(out _).ShouldBe(FrameStatus.TooLong);
        framer.Push("\nx\n"u8);
        framer.Read(out _).ShouldBe(FrameStatus.TooLong);
    }

    [Fact]
    public void Read_AnyChunking_GivesTheSameLines() => Properties.ForAllFrom(["a", "bc", "\n", "\r", "\r\n", " ", "é"], text =>
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var random = new Random(text.Length);
        using var whole = new NewlineFramer();
        using var pieces = new NewlineFramer();
        whole.Push(bytes);
        var expected = Lines(whole);
        var actual = new List<string>();
        for (var position = 0; position < bytes.Length;)
        {
            var length = Math.Min(random.Next(4), bytes.Length - position);
            bytes.AsSpan(position, length).CopyTo(pieces.GetMemory(length).Span);
            pieces.Advance(length);
            actual.AddRange(Lines(pieces));
            position += length;
        }

        actual.ShouldBe(expected);
        expected.ShouldBe(text.Split('\n')[..^1].Select(static l => l.TrimEnd('\r')).Where(static l => l.Trim(' ').Length > 0));
    });

    private static List<string> Lines(NewlineFramer framer)
    {
        var lines = new List<string>();
        while (framer.Read(out var line) is FrameStatus.Line)
        {
            lines.Add(Encoding.UTF8.GetString(line));
        }

        return lines;
    }
}

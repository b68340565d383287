using System.Text;
using McpGateway.Protocol.Sse;

namespace McpGateway.Protocol.Tests.Sse;

public sealed class SseEventSplitterTests
{
    private sealed record Piece(SseItemKind Kind, string Raw, string Data, bool HasData, string EventType, string? Id, int? Retry);

    [Fact]
    public void Read_EventWithAllFields_ReadsThem()
    {
        var piece = Split("event: message\nid: 7\nretry: 1500\ndata: {\"a\":1}\n\n").ShouldHaveSingleItem();

        piece.ShouldBe(new Piece(
            SseItemKind.Event, "event: message\nid: 7\nretry: 1500\ndata: {\"a\":1}\n\n", "{\"a\":1}", true, "message", "7", 1500));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    public void Read_EveryLineEnd_GivesTheSameEvents(string end)
    {
        var text = string.Join(end, "data: a", "data:b", "data", "", ": note", "", "id", "data:  x", "", "");

        var pieces = Split(text);

        pieces.Select(static p => p.Kind).ShouldBe([SseItemKind.Event, SseItemKind.Comment, SseItemKind.Blank, SseItemKind.Event]);
        pieces[0].Data.ShouldBe("a\nb\n");
        pieces[3].ShouldBe(new Piece(SseItemKind.Event, $"id{end}data:  x{end}{end}", " x", true, "", "", null));
    }

    [Fact]
    public void Read_FieldsToIgnore_AreIgnored()
    {
        var piece = Split("retry: 5x\nid: a\0b\nunknown: 1\n:c\nDATA: no\ndata:yes\n\n").ShouldHaveSingleItem();

        piece.Data.ShouldBe("yes");
        piece.Id.ShouldBeNull();
        piece.Retry.ShouldBeNull();
    }

    [Theory]
    [InlineData("id: 5\ndata:\n\n", true)]
    [InlineData("id: 5\n\n", false)]
    public void Read_PrimingEvent_TellsAnEmptyDataLineFromNone(string text, bool hasData)
    {
        var piece = Split(text).ShouldHaveSingleItem();

        piece.HasData.ShouldBe(hasData);
        piece.Id.ShouldBe("5");
        piece.Data.ShouldBe("");
    }

    [Fact]
    public void Read_CommentsWithoutEmptyLine_AreGivenAtOnce()
    {
        using var splitter = new SseEventSplitter(maxEventBytes: 16);
        for (var i = 0; i < 100; i++)
        {
            splitter.Push(":\r\n"u8);
            splitter.Read().Kind.ShouldBe(SseItemKind.Comment);
            splitter.Read().Kind.ShouldBe(SseItemKind.None);
        }

        splitter.PendingBytes.ShouldBe(0);
    }

    [Fact]
    public void Read_ByteOrderMark_IsDroppedAtTheStartOnly()
    {
        Split("\ufeffdata: a\n\n").ShouldHaveSingleItem().Raw.ShouldBe("data: a\n\n");
        Split("data: \ufeff\n\n").ShouldHaveSingleItem().Data.ShouldBe("\ufeff");
    }

    [Fact]
    public void Read_UnfinishedEvent_IsNeverGiven()
    {
        using var splitter = new SseEventSplitter();
        splitter.Push("data: a\n"u8);

        splitter.Read().Kind.ShouldBe(SseItemKind.None);

        splitter.PendingBytes.ShouldBe(8);
    }

    [Theory]
    [InlineData("data: 1234\n\n", SseItemKind.Event)]
    [InlineData("data: 12345\n\n", SseItemKind.TooLarge)]
    [InlineData("data: 123456789", SseItemKind.TooLarge)]
    public void Read_EventBeyondTheLimit_IsRefusedForGood(string text, SseItemKind expected)
    {
        using var splitter = new SseEventSplitter(maxEventBytes: 12);
        splitter.Push("data: a\n\n"u8);
        splitter.Push(Encoding.UTF8.GetBytes(text));

        splitter.Read().Kind.ShouldBe(SseItemKind.Event);
        splitter.Read().Kind.ShouldBe(expected);
        splitter.Push("data: a\n\n"u8);
        splitter.Read().Kind.ShouldBe(expected is SseItemKind.TooLarge ? SseItemKind.TooLarge : SseItemKind.Event);
    }

    [Fact]
    public void Read_LargeEventInSmallChunks_IsWhole()
    {
        using var splitter = new SseEventSplitter();
        var data = new string('x', 300_000);
        foreach (var chunk in Encoding.UTF8.GetBytes($"data: {data}\n\n").Chunk(997))
        {
            splitter.Read().Kind.ShouldBe(SseItemKind.None);
            splitter.Push(chunk);
        }

        splitter.Read().Data.Length.ShouldBe(data.Length);
    }

    [Fact]
    public void Read_WarmStream_AllocatesNothing()
    {
        using var splitter = new SseEventSplitter();
        Relay(splitter);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Relay(splitter);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        static void Relay(SseEventSplitter splitter)
        {
            splitter.Push("event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\n"u8);
            splitter.Read();
            splitter.Push("data: \"result\":{}}\n\n"u8);
            splitter.Read().IsMessage.ShouldBeTrue();
            splitter.Read();
        }
    }

    [Fact]
    public void Read_AnyChunking_GivesTheEventsOfTheWholeStream() => Properties.ForAllFrom(
        ["data", ":", " ", "\n", "\r", "\r\n", "\n\n", "\r\n\r\n", "id: 1", "event: e", "retry: 9", "x", "\ufeff", "é"],
        text =>
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            using var chunked = new SseEventSplitter();
            var random = new Random(text.Length);
            var pieces = new List<Piece>();
            for (var position = 0; position < bytes.Length;)
            {
                var length = Math.Min(random.Next(1, 4), bytes.Length - position);
                bytes.AsSpan(position, length).CopyTo(chunked.GetMemory(length).Span);
                chunked.Advance(length);
                pieces.AddRange(ReadAll(chunked));
                position += length;
            }

            var expected = Split(text);
            Meaning(pieces).ShouldBe(Meaning(expected));
            Rest(pieces, chunked).ShouldBe(text.StartsWith('\ufeff') ? text[1..] : text);
        }, 5000);

    [Fact]
    public void Read_WhatTheWriterWrote_IsTheSame() => Properties.ForAllFrom(["a", "é", "\n", "\r", "\r\n", ": ", " "], data =>
    {
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        SseWriter.WriteComment(writer, "ping"u8);
        SseWriter.WriteRetry(writer, 250);
        SseWriter.WriteEvent(writer, Encoding.UTF8.GetBytes(data), "message"u8, "id-1"u8);

        var pieces = Split(Encoding.UTF8.GetString(writer.WrittenSpan)).Where(static p => p.Kind is SseItemKind.Event).ToList();

        pieces[0].Retry.ShouldBe(250);
        pieces[0].HasData.ShouldBeFalse();
        pieces[1].Data.ShouldBe(data.Replace("\r\n", "\n").Replace('\r', '\n'));
        pieces[1].Id.ShouldBe("id-1");
    });

    [Fact]
    public void WriteEvent_LineEndInAField_Throws()
    {
        var writer = new System.Buffers.ArrayBufferWriter<byte>();

        Should.Throw<ArgumentException>(() => SseWriter.WriteEvent(writer, "x"u8, "a\nb"u8));
        Should.Throw<ArgumentException>(() => SseWriter.WriteEvent(writer, "x"u8, default, "a\rb"u8));
        Should.Throw<ArgumentException>(() => SseWriter.WriteComment(writer, "a\nb"u8));
    }

    private static IEnumerable<Piece> Meaning(IEnumerable<Piece> pieces) =>
        pieces.Where(static p => p.Kind is SseItemKind.Event).Select(static p => p with { Raw = "" });

    private static string Rest(IEnumerable<Piece> pieces, SseEventSplitter splitter)
    {
        var pending = splitter.PendingBytes;
        splitter.Push("\n\n"u8);
        var rest = pending == 0 ? "" : string.Concat(ReadAll(splitter).Select(static p => p.Raw))[..^2];
        return string.Concat(pieces.Select(static p => p.Raw)) + rest;
    }

    private static List<Piece> Split(string text)
    {
        using var splitter = new SseEventSplitter();
        splitter.Push(Encoding.UTF8.GetBytes(text));
        return ReadAll(splitter);
    }

    private static List<Piece> ReadAll(SseEventSplitter splitter)
    {
        var pieces = new List<Piece>();
        while (true)
        {
            var item = splitter.Read();
            if (item.Kind is SseItemKind.None or SseItemKind.TooLarge)
            {
                return pieces;
            }

            if (item.Kind == SseItemKind.Event)
            {
                splitter.Data.Span.SequenceEqual(item.Data).ShouldBeTrue("the same as memory");
            }

            pieces.Add(new Piece(
                item.Kind, Text(item.Raw), Text(item.Data), item.HasData, Text(item.EventType), item.HasId ? Text(item.Id) : null,
                item.RetryMilliseconds));
        }

        static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
    }
}

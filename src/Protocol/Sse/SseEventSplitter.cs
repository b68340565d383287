using System.Buffers.Text;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Sse;

/// <summary>
/// Cuts a stream of server-sent events into its events, whatever chunks it comes in and whichever of the three line ends it uses.
/// </summary>
/// <remarks>
/// Push with <see cref="Push"/>, or read straight into <see cref="GetMemory"/> and say <see cref="Advance"/>; then call <see cref="Read"/>
/// until it answers <see cref="SseItemKind.None"/>. While nothing is buffered no buffer is held. An event that the stream's end cuts off is
/// never reported (<see cref="PendingBytes"/> tells). Not thread-safe.
/// </remarks>
/// <param name="maxEventBytes">An event may be this large, raw.</param>
public sealed class SseEventSplitter(int maxEventBytes = SseEventSplitter.DefaultMaxEventBytes) : IDisposable
{
    /// <summary>4 MiB, the same as the default limit of a request body.</summary>
    public const int DefaultMaxEventBytes = 4 * 1024 * 1024;

    private PushBuffer _buffer;
    private byte[]? _joined;
    private SseLines _lines;
    private bool _started;
    private bool _tooLarge;

    /// <summary>Bytes of an event that is not complete yet.</summary>
    public int PendingBytes => _buffer.Length;

    /// <summary>
    /// The data of the event that <see cref="Read"/> gave last, as memory: the same bytes as <see cref="SseItem.Data"/>, and valid as long.
    /// </summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>Adds a chunk; it is copied.</summary>
    public void Push(ReadOnlySpan<byte> chunk) => _buffer.Append(chunk);

    /// <summary>Where the next chunk can be read into.</summary>
    public Memory<byte> GetMemory(int sizeHint = 4096) => _buffer.GetMemory(sizeHint);

    /// <summary>Says how much of <see cref="GetMemory"/> was filled.</summary>
    public void Advance(int count) => _buffer.Advance(count);

    /// <summary>The next piece. <see cref="SseItemKind.None"/> when more bytes are needed.</summary>
    public SseItem Read()
    {
        Data = default;
        ReturnJoined();
        if (_tooLarge || !SkipByteOrderMark())
        {
            return new SseItem { Kind = _tooLarge ? SseItemKind.TooLarge : SseItemKind.None };
        }

        var unread = _buffer.Unread;
        while (_lines.TryNext(unread, out var line))
        {
            if (_lines.IsFirst && (line.IsEmpty || line[0] == (byte)':'))
            {
                return Take(unread, line.IsEmpty ? SseItemKind.Blank : SseItemKind.Comment);
            }

            if (line.IsEmpty)
            {
                return TakeEvent(unread);
            }
        }

        if (unread.Length > maxEventBytes)
        {
            _tooLarge = true;
            _buffer.Release();
            return new SseItem { Kind = SseItemKind.TooLarge };
        }

        _buffer.ReleaseIfEmpty();
        return default;
    }

    /// <summary>Gives the buffers back.</summary>
    public void Dispose()
    {
        Data = default;
        _buffer.Release();
        ReturnJoined();
    }

    /// <summary>False while it cannot be told whether the stream begins with a mark.</summary>
    private bool SkipByteOrderMark()
    {
        if (_started)
        {
            return true;
        }

        var mark = "\ufeff"u8;
        var unread = _buffer.Unread;
        if (unread.Length < mark.Length && mark.StartsWith(unread))
        {
            return false;
        }

        _started = true;
        if (unread.StartsWith(mark))
        {
            _buffer.Consume(mark.Length);
        }

        return true;
    }

    private SseItem Take(ReadOnlySpan<byte> unread, SseItemKind kind)
    {
        var length = _lines.TakeAll();
        _buffer.Consume(length);
        return new SseItem { Kind = kind, Raw = unread[..length] };
    }

    private SseItem TakeEvent(ReadOnlySpan<byte> unread)
    {
        var length = _lines.TakeAll();
        if (length > maxEventBytes)
        {
            _tooLarge = true;
            _buffer.Release();
            return new SseItem { Kind = SseItemKind.TooLarge };
        }

        _buffer.Consume(length);
        return Parse(unread[..length]);
    }

    private SseItem Parse(ReadOnlySpan<byte> raw)
    {
        ReadOnlySpan<byte> data = default, eventType = default, id = default;
        bool hasData = false, hasId = false;
        int? retry = null;
        var joinedLength = 0;
        var lines = default(SseLines);
        while (lines.TryNext(raw, out var line))
        {
            var name = SplitField(line, out var value);
            if (name.SequenceEqual("data"u8))
            {
                data = hasData ? Join(data, value, ref joinedLength, raw.Length) : value;
                hasData = true;
            }
            else if (name.SequenceEqual("event"u8))
            {
                eventType = value;
            }
            else if (name.SequenceEqual("id"u8) && !value.Contains((byte)0))
            {
                id = value;
                hasId = true;
            }
            else if (name.SequenceEqual("retry"u8) && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9')
                && Utf8Parser.TryParse(value, out int milliseconds, out var length) && length == value.Length)
            {
                retry = milliseconds;
            }
        }

        Data = joinedLength > 0 ? _joined.AsMemory(0, joinedLength) : _buffer.MemoryOf(data);
        return new SseItem
        {
            Kind = SseItemKind.Event, Raw = raw, Data = data, HasData = hasData, EventType = eventType, Id = id, HasId = hasId,
            RetryMilliseconds = retry,
        };
    }

    /// <summary>The name before the colon; the value loses one leading space. A comment has an empty name.</summary>
    private static ReadOnlySpan<byte> SplitField(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> value)
    {
        var colon = line.IndexOf((byte)':');
        if (colon < 0)
        {
            value = default;
            return line;
        }

        value = line[(colon + 1)..];
        if (!value.IsEmpty && value[0] == (byte)' ')
        {
            value = value[1..];
        }

        return line[..colon];
    }

    private ReadOnlySpan<byte> Join(ReadOnlySpan<byte> data, ReadOnlySpan<byte> next, scoped ref int joinedLength, int limit)
    {
        if (joinedLength == 0)
        {
            ReturnJoined();
            _joined = BlockPool.Rent(limit);
            data.CopyTo(_joined);
            joinedLength = data.Length;
        }

        _joined![joinedLength++] = (byte)'\n';
        next.CopyTo(_joined.AsSpan(joinedLength));
        joinedLength += next.Length;
        return _joined.AsSpan(0, joinedLength);
    }

    private void ReturnJoined()
    {
        if (_joined is not null)
        {
            BlockPool.Return(_joined);
            _joined = null;
        }
    }
}

namespace McpGateway.Protocol.Sse;

/// <summary>Steps through the lines of what is buffered and remembers where it is, so that no byte is looked at twice.</summary>
internal struct SseLines
{
    private int _lineStart;
    private int _searched;
    private int _lines;
    private bool _awaitsLineFeed;

    /// <summary>The line given last is the first since <see cref="TakeAll"/>.</summary>
    public readonly bool IsFirst => _lines == 1;

    /// <summary>The next complete line without its end.</summary>
    /// <remarks>
    /// A carriage return ends a line at once, even when a line feed that belongs to it has not come yet: waiting could hold an event back for
    /// ever. Within an event that line feed is skipped when it comes; behind one it reads as an empty line, which there means nothing.
    /// </remarks>
    public bool TryNext(ReadOnlySpan<byte> buffer, out ReadOnlySpan<byte> line)
    {
        if (_awaitsLineFeed && _searched < buffer.Length)
        {
            _awaitsLineFeed = false;
            _lineStart = _searched += buffer[_searched] == (byte)'\n' ? 1 : 0;
        }

        var index = buffer[_searched..].IndexOfAny((byte)'\r', (byte)'\n');
        if (index < 0)
        {
            _searched = buffer.Length;
            line = default;
            return false;
        }

        var end = _searched + index;
        line = buffer[_lineStart..end];
        var isReturn = buffer[end] == (byte)'\r';
        _awaitsLineFeed = isReturn && end + 1 == buffer.Length;
        _lineStart = _searched = end + (isReturn && !_awaitsLineFeed && buffer[end + 1] == (byte)'\n' ? 2 : 1);
        _lines++;
        return true;
    }

    /// <summary>Starts anew behind the line given last.</summary>
    /// <returns>How many bytes the lines since the last call have.</returns>
    public int TakeAll()
    {
        var length = _lineStart;
        this = default;
        return length;
    }
}

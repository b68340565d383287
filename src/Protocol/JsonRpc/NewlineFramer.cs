namespace McpGateway.Protocol.JsonRpc;

/// <summary>What <see cref="NewlineFramer.Read"/> found.</summary>
public enum FrameStatus
{
    /// <summary>No complete line yet: push more.</summary>
    NeedMore,

    /// <summary>A line.</summary>
    Line,

    /// <summary>The line that is coming in is longer than allowed. Final.</summary>
    TooLong,
}

/// <summary>Cuts newline-delimited JSON (stdio) into lines, whatever chunks it comes in (protocol.md 1.8).</summary>
/// <remarks>
/// A line ends with a line feed; a carriage return before it is not part of it; lines that are empty or blank are skipped. While nothing is
/// buffered no buffer is held. A last line without line feed is never reported (<see cref="PendingBytes"/> tells). Not thread-safe.
/// </remarks>
/// <param name="maxLineBytes">A line may be this long.</param>
public sealed class NewlineFramer(int maxLineBytes = NewlineFramer.DefaultMaxLineBytes) : IDisposable
{
    /// <summary>4 MiB, the same as the default limit of a request body.</summary>
    public const int DefaultMaxLineBytes = 4 * 1024 * 1024;

    private PushBuffer _buffer;
    private int _searched;
    private bool _tooLong;

    /// <summary>Bytes of a line that is not complete yet.</summary>
    public int PendingBytes => _buffer.Length;

    /// <summary>Adds a chunk; it is copied.</summary>
    public void Push(ReadOnlySpan<byte> chunk) => _buffer.Append(chunk);

    /// <summary>Where the next chunk can be read into.</summary>
    public Memory<byte> GetMemory(int sizeHint = 4096) => _buffer.GetMemory(sizeHint);

    /// <summary>Says how much of <see cref="GetMemory"/> was filled.</summary>
    public void Advance(int count) => _buffer.Advance(count);

    /// <summary>The next line, without its end. It is valid until the framer is touched again.</summary>
    public FrameStatus Read(out ReadOnlySpan<byte> line)
    {
        line = default;
        while (!_tooLong)
        {
            var unread = _buffer.Unread;
            var index = unread[_searched..].IndexOf((byte)'\n');
            var length = index < 0 ? unread.Length : _searched + index;
            if (length > maxLineBytes)
            {
                _tooLong = true;
                _buffer.Release();
                break;
            }

            if (index < 0)
            {
                _searched = unread.Length;
                _buffer.ReleaseIfEmpty();
                return FrameStatus.NeedMore;
            }

            _searched = 0;
            _buffer.Consume(length + 1);
            line = unread[..length].TrimEnd((byte)'\r');
            if (line.ContainsAnyExcept((byte)' ', (byte)'\t'))
            {
                return FrameStatus.Line;
            }
        }

        line = default;
        return FrameStatus.TooLong;
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose() => _buffer.Release();
}

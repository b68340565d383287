using System.Buffers.Text;
using System.Net.Sockets;

namespace McpGateway.Load.Peers;

/// <summary>
/// Reads HTTP/1.1 messages off a socket, one after the other: as little work as possible, because it shares the processor with what is
/// measured.
/// </summary>
internal sealed class HttpMessage(Socket socket)
{
    private byte[] _buffer = new byte[16 * 1024];
    private int _filled;
    private int _consumed;

    /// <summary>The start line and the headers of the last message.</summary>
    public ReadOnlySpan<byte> Head => _buffer.AsSpan(0, BodyStart);

    /// <summary>The last message's body; chunk sizes stay in it.</summary>
    public ReadOnlySpan<byte> Body => _buffer.AsSpan(BodyStart, _consumed - BodyStart);

    private int BodyStart { get; set; }

    /// <summary>Reads the next message. False when the other side has closed.</summary>
    public async ValueTask<bool> ReadAsync()
    {
        _buffer.AsSpan(_consumed, _filled - _consumed).CopyTo(_buffer);
        _filled -= _consumed;
        _consumed = 0;
        while (!TryFindEnd())
        {
            if (_filled == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }

            var read = await socket.ReceiveAsync(_buffer.AsMemory(_filled));
            if (read == 0)
            {
                return false;
            }

            _filled += read;
        }

        return true;
    }

    /// <summary>The value of a header, empty when it is absent. Kestrel writes names like this, Node in lower case.</summary>
    private ReadOnlySpan<byte> Header(ReadOnlySpan<byte> nameAndColon, ReadOnlySpan<byte> inLowerCase)
    {
        var at = Head.IndexOf(nameAndColon);
        if (at < 0 && (at = Head.IndexOf(inLowerCase)) < 0)
        {
            return default;
        }

        var rest = Head[(at + nameAndColon.Length)..];
        return rest[..rest.IndexOf((byte)'\r')].Trim((byte)' ');
    }

    private bool TryFindEnd()
    {
        var received = _buffer.AsSpan(0, _filled);
        var headers = received.IndexOf("\r\n\r\n"u8);
        if (headers < 0)
        {
            return false;
        }

        BodyStart = headers + 4;
        if (Utf8Parser.TryParse(Header("Content-Length:"u8, "content-length:"u8), out int length, out _))
        {
            _consumed = BodyStart + length;
            return _consumed <= _filled;
        }

        if (Header("Transfer-Encoding:"u8, "transfer-encoding:"u8).SequenceEqual("chunked"u8))
        {
            // Nobody here sends the next message before the last one was answered, so what ends the buffer ends the message.
            _consumed = _filled;
            return received.EndsWith("0\r\n\r\n"u8);
        }

        _consumed = BodyStart;
        return true;
    }
}

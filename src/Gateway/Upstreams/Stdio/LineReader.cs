using System.Buffers;
using System.IO.Pipelines;

namespace McpGateway.Gateway.Upstreams.Stdio;

/// <summary>Splits text for people into lines; longer ones are cut and their rest is thrown away, so that memory stays bounded.</summary>
internal sealed class LineReader(Stream stream, int maxBytes)
{
    private readonly PipeReader _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
    private SocketTurn _turn;

    /// <summary>The next line without its end; null at the end of the stream. A last line without newline counts as one.</summary>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        byte[]? cut = null;
        while (true)
        {
            var result = await _reader.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (_turn.IsOver((int)buffer.Length))
            {
                await SocketTurn.LeaveAsync();
            }

            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = cut ?? ToLine(buffer.Slice(0, end));
                _reader.AdvanceTo(buffer.GetPosition(1, end));
                return line;
            }

            if (result.IsCompleted)
            {
                var rest = cut ?? (buffer.IsEmpty ? null : ToLine(buffer));
                _reader.AdvanceTo(buffer.End);
                return rest;
            }

            if (cut is null && buffer.Length <= maxBytes)
            {
                _reader.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            cut ??= ToLine(buffer);
            _reader.AdvanceTo(buffer.End);
        }
    }

    private byte[] ToLine(ReadOnlySequence<byte> line)
    {
        var bytes = (line.Length > maxBytes ? line.Slice(0, maxBytes) : line).ToArray();
        return bytes is [.., (byte)'\r'] ? bytes[..^1] : bytes;
    }
}

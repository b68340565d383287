using System.Buffers;
using System.IO.Pipelines;

namespace McpGateway.Gateway.Upstreams.Stdio;

/// <summary>Splits a stream at newlines, with a limit to what one line may hold.</summary>
internal sealed class LineReader(Stream stream, int maxBytes)
{
    private readonly PipeReader _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));

    /// <summary>Whether lines over the limit are cut there instead of being an error.</summary>
    public bool CutLongLines { get; init; }

    /// <summary>The next line without its end; null at the end of the stream. A last line without newline counts as one.</summary>
    /// <exception cref="InvalidDataException">The line is longer than allowed.</exception>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        byte[]? cut = null;
        while (true)
        {
            var result = await _reader.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
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

            if (buffer.Length <= maxBytes)
            {
                _reader.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            // The rest of the line is read and thrown away, so that memory stays bounded.
            cut ??= ToLine(buffer);
            _reader.AdvanceTo(buffer.End);
        }
    }

    private byte[] ToLine(ReadOnlySequence<byte> line)
    {
        if (line.Length > maxBytes)
        {
            if (!CutLongLines)
            {
                throw new InvalidDataException($"A line is longer than {maxBytes} bytes.");
            }

            line = line.Slice(0, maxBytes);
        }

        var bytes = line.ToArray();
        return bytes is [.., (byte)'\r'] ? bytes[..^1] : bytes;
    }
}

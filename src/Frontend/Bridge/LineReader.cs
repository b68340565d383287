using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Frontend.Bridge;

/// <summary>Reads the client's lines.</summary>
internal sealed class LineReader(Stream input, int maxLineBytes) : IDisposable
{
    private readonly NewlineFramer _framer = new(maxLineBytes);

    /// <summary>The next line; null when the client has closed its end.</summary>
    /// <exception cref="InvalidDataException">The line is too long.</exception>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(out var line))
            {
                return line;
            }

            // A read of standard input cannot be called off, so it is left behind at the end.
            var read = await input.ReadAsync(_framer.GetMemory(), CancellationToken.None).AsTask().WaitAsync(cancellationToken);
            if (read == 0)
            {
                return null;
            }

            _framer.Advance(read);
        }
    }

    public void Dispose() => _framer.Dispose();

    private bool TryTake(out byte[] line)
    {
        var status = _framer.Read(out var bytes);
        line = status == FrameStatus.Line ? bytes.ToArray() : [];
        return status switch
        {
            FrameStatus.Line => true,
            FrameStatus.TooLong => throw new InvalidDataException($"A line is longer than {maxLineBytes} bytes."),
            _ => false,
        };
    }
}

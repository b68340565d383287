using McpGateway.Frontend.Relay;

namespace McpGateway.Frontend.Bridge;

/// <summary>Writes messages to the client, each on one line and one after the other.</summary>
internal sealed class LineWriter(Stream output) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    public async Task WriteAsync(ReadOnlyMemory<byte> message)
    {
        using var line = new PooledBuffer(message.Length + 1);
        Copy(message.Span, line);
        line.Write("\n"u8);
        await _turn.WaitAsync();
        try
        {
            await output.WriteAsync(line.Written);
            await output.FlushAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    // JSON has line ends between its tokens only, never inside a string, so blanks in their place change nothing.
    private static void Copy(ReadOnlySpan<byte> message, PooledBuffer line)
    {
        message = message.Trim("\r\n"u8);
        var copy = line.GetSpan(message.Length)[..message.Length];
        message.CopyTo(copy);
        copy.Replace((byte)'\n', (byte)' ');
        copy.Replace((byte)'\r', (byte)' ');
        line.Advance(message.Length);
    }
}

using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using McpGateway.Gateway.Upstreams;
using McpGateway.Gateway.Upstreams.Channels;
using McpGateway.Testing;

namespace McpGateway.Gateway.Tests.Upstreams;

/// <summary>A connection whose other end is the test.</summary>
internal sealed class ScriptedTransport : IMessageTransport
{
    private readonly Channel<string> _sent = Channel.CreateUnbounded<string>();
    private readonly Channel<ReadOnlyMemory<byte>> _incoming = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();

    /// <summary>What sending waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public bool Disposed { get; private set; }

    /// <summary>Messages said and not yet received.</summary>
    public int Pending => _incoming.Reader.Count;

    public void Say(string message) => _incoming.Writer.TryWrite(Encoding.UTF8.GetBytes(message));

    public void Break(UpstreamFailure failure) => _incoming.Writer.TryComplete(new UpstreamException(failure));

    /// <summary>The next message that was sent.</summary>
    public async Task<JsonElement> HearAsync() => JsonElement.Parse(await _sent.Reader.ReadAsync().Soon());

    public bool TryHear(out string? message) => _sent.Reader.TryRead(out message);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        await Gate.WaitAsync(cancellationToken);
        _sent.Writer.TryWrite(Encoding.UTF8.GetString(message.Span));
    }

    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _incoming.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException closed)
        {
            throw closed.InnerException!;
        }
    }

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }
}

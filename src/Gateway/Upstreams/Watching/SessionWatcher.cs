using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams.Channels;
using McpGateway.Gateway.Upstreams.Discovery;
using McpGateway.Gateway.Upstreams.Http;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams.Watching;

/// <summary>Over Streamable HTTP in a legacy session: its GET stream brings what the upstream says.</summary>
internal sealed class SessionWatcher : ResourceWatcher
{
    private readonly HttpEventStream _stream;
    private readonly HttpUpstreamClient _client;
    private readonly Subscriptions _subscriptions;
    private readonly CancellationTokenSource _closing = new();

    public SessionWatcher(HttpEventStream stream, HttpUpstreamClient client, WatchEvents events)
        : base(events)
    {
        (_stream, _client) = (stream, client);
        _subscriptions = new Subscriptions(client);
        Ended = Task.Run(ReadAsync);
    }

    public override Task<UpstreamFailure> Ended { get; }

    public override Task<IReadOnlyDictionary<string, WatchRefusal>> TellOfAsync(IReadOnlySet<string> uris, CancellationToken cancellationToken) =>
        _subscriptions.SetAsync(uris, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await Ended;
        _stream.Dispose();
        _closing.Dispose();
    }

    private async Task<UpstreamFailure> ReadAsync()
    {
        try
        {
            while (await _stream.ReadAsync(_closing.Token) is { } received)
            {
                if (received.IsMessage && EnvelopeScanner.Scan(received.Data.Span, out var envelope) == EnvelopeFault.None)
                {
                    await TakeAsync(envelope.Kind, envelope.Method, envelope.Id, received.Data);
                }
            }

            return new UpstreamFailure(UpstreamFault.Broken, "The upstream ended its event stream.");
        }
        catch (UpstreamException broken)
        {
            return broken.Failure;
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return new UpstreamFailure(UpstreamFault.None, "Nobody listens any more.");
        }
    }

    private async Task TakeAsync(MessageKind kind, McpMethod method, ByteRange id, ReadOnlyMemory<byte> message)
    {
        if (kind == MessageKind.Notification)
        {
            Take(method, message);
        }
        else if (kind == MessageKind.Request)
        {
            // A question that belongs to no call has nobody to be put to.
            await _client.AnswerAsync(
                method == McpMethod.Ping
                    ? RpcMessages.Result(id.Slice(message.Span), "{}"u8)
                    : RpcMessages.Error(id.Slice(message.Span), McpErrorCode.MethodNotFound, "No call runs that this could belong to."),
                _closing.Token);
        }
    }
}

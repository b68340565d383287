using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams.Discovery;
using McpGateway.Gateway.Upstreams.Http;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams.Watching;

/// <summary>Over Streamable HTTP: each listen is a POST whose answer stays open.</summary>
internal sealed class HttpListenWatcher(McpHttpExchange exchange, HttpEndpoint endpoint, TimeSpan patience, TimeProvider time, WatchEvents events)
    : ListenWatcher(events)
{
    private long _lastId;

    private protected override async Task<(Listen Listen, IReadOnlyDictionary<string, WatchRefusal> Refused)> OpenAsync(
        IReadOnlySet<string> uris, CancellationToken cancellationToken)
    {
        var message = new HttpMessage(
            ListenRequest.Create(++_lastId, uris), ListenRequest.Method, Modern: true, UpstreamHandshake.ModernVersion, SessionId: null);
        var stream = await exchange.OpenStreamAsync(endpoint, message, cancellationToken);
        try
        {
            var refused = ListenRequest.RefusedBy(await ReadAcknowledgementAsync(stream, cancellationToken), uris);
            return (new Stream(stream, this), refused);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>It has to be the first message.</summary>
    private async Task<ReadOnlyMemory<byte>> ReadAcknowledgementAsync(HttpEventStream stream, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (await stream.ReadAsync(either.Token) is { } first
                && EnvelopeScanner.Scan(first.Data.Span, out var envelope) == EnvelopeFault.None
                && envelope.Method == McpMethod.NotificationSubscriptionsAcknowledged)
            {
                return first.Data;
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new UpstreamException(UpstreamFault.TimedOut, "The upstream did not acknowledge subscriptions/listen in time.");
        }

        throw new UpstreamException(UpstreamFault.Invalid, "The upstream answered subscriptions/listen without an acknowledgement.");
    }

    private sealed class Stream : Listen
    {
        private readonly HttpEventStream _stream;
        private readonly HttpListenWatcher _watcher;
        private readonly CancellationTokenSource _closing = new();

        public Stream(HttpEventStream stream, HttpListenWatcher watcher)
        {
            (_stream, _watcher) = (stream, watcher);
            Ended = Task.Run(ReadAsync);
        }

        public override Task<UpstreamFailure> Ended { get; }

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
                        _watcher.Take(envelope.Method, received.Data);
                    }
                }

                return new UpstreamFailure(UpstreamFault.Broken, "The upstream ended the subscription.");
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
    }
}

using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams.Channels;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams.Watching;

/// <summary>Over a process of the modern era: each listen is a call that stays unanswered, and what it tells comes as notifications.</summary>
internal sealed class DuplexListenWatcher(DuplexClient duplex, TimeSpan patience, TimeProvider time, WatchEvents events) : ListenWatcher(events)
{
    private TaskCompletionSource<ReadOnlyMemory<byte>>? _acknowledged;

    public override void Take(McpMethod method, ReadOnlyMemory<byte> message)
    {
        if (method == McpMethod.NotificationSubscriptionsAcknowledged)
        {
            // One listen is opened at a time, so there is no doubt whose it is.
            Volatile.Read(ref _acknowledged)?.TrySetResult(message);
            return;
        }

        base.Take(method, message);
    }

    private protected override async Task<(Listen Listen, IReadOnlyDictionary<string, WatchRefusal> Refused)> OpenAsync(
        IReadOnlySet<string> uris, CancellationToken cancellationToken)
    {
        var acknowledged = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _acknowledged, acknowledged);
        var call = new Call(duplex, ListenRequest.Create(1, uris));
        try
        {
            await Task.WhenAny(acknowledged.Task, call.Ended).WaitAsync(patience, time, cancellationToken);
            return acknowledged.Task.IsCompletedSuccessfully
                ? (call, ListenRequest.RefusedBy(await acknowledged.Task, uris))
                : throw new UpstreamException(await call.Ended);
        }
        catch (TimeoutException)
        {
            await call.DisposeAsync();
            throw new UpstreamException(UpstreamFault.TimedOut, "The upstream did not acknowledge subscriptions/listen in time.");
        }
        catch
        {
            await call.DisposeAsync();
            throw;
        }
    }

    private sealed class Call : Listen
    {
        private readonly CancellationTokenSource _closing = new();

        public Call(DuplexClient duplex, byte[] message) => Ended = Task.Run(() => RunAsync(duplex, message));

        public override Task<UpstreamFailure> Ended { get; }

        public override async ValueTask DisposeAsync()
        {
            await _closing.CancelAsync();
            await Ended;
            _closing.Dispose();
        }

        private async Task<UpstreamFailure> RunAsync(DuplexClient duplex, byte[] message)
        {
            try
            {
                await foreach (var reply in duplex.CallAsync(message, _closing.Token))
                {
                    if (reply.Kind == ConnectionReplyKind.Failed)
                    {
                        return new UpstreamFailure(reply.Fault, reply.Detail ?? "The connection was closed.");
                    }
                }

                return new UpstreamFailure(UpstreamFault.Broken, "The upstream ended the subscription.");
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return new UpstreamFailure(UpstreamFault.None, "Nobody listens any more.");
            }
        }
    }
}

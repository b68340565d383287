using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Sessions;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Bridging;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Sessions;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Relay;

/// <summary>Relays a call to a stdio or SSE upstream through the grain that owns the connection, wherever it lives.</summary>
internal sealed class ConnectionRelay(IGrains grains, IOptions<McpOptions> options, TimeProvider time)
{
    public async ValueTask<RelayOutcome> CallAsync(UpstreamCall call)
    {
        using var body = new PooledBuffer(call.Exchange.Body.Length + 512);
        call.WriteTo(body);
        var key = call.Connection.ToString();
        await OwnAsync(call, key);
        var replies = grains.Get<IConnectionGrain>(key)
            .CallAsync(call.Exchange.ToCaller(), body.WrittenSpan.ToArray(), call.Running.Stop)
            .GetAsyncEnumerator(call.Running.Stop);
        await using (replies.ConfigureAwait(true))
        {
            return await RelayAsync(call, replies);
        }
    }

    private async ValueTask<RelayOutcome> RelayAsync(UpstreamCall call, IAsyncEnumerator<ConnectionReply> replies)
    {
        using var output = new PooledBuffer();
        while (await KeepAlive.WhileAsync(replies.MoveNextAsync(), call.Exchange.Reply, options.Value.KeepAlive, time))
        {
            var reply = replies.Current;
            if (reply.Kind == ConnectionReplyKind.Failed)
            {
                return RelayOutcome.Failed(reply.Fault, reply.Detail ?? "It failed.");
            }

            if (reply.Kind == ConnectionReplyKind.Opened)
            {
                continue;
            }

            output.Clear();
            var bridged = ResponseBridge.Translate(call, reply.Message.Span, output);
            switch (bridged.Kind)
            {
                case BridgedKind.Response:
                    await call.Exchange.Reply.CompleteAsync(output.Written, ErrorBridge.StatusFor(call.Exchange, bridged.ErrorCode));
                    return RelayOutcome.Answered(bridged.Result);
                case BridgedKind.Progress or BridgedKind.Notification:
                    if (!call.Running.TryPass(output.Length, isProgress: bridged.Kind == BridgedKind.Progress))
                    {
                        return RelayOutcome.Failed(UpstreamFault.Invalid, $"It sent more than {RunningCall.MaxNotificationBytes} bytes of notifications and no answer.");
                    }

                    await call.Exchange.Reply.NotifyAsync(output.Written);
                    break;
                case BridgedKind.Invalid:
                    return RelayOutcome.Failed(UpstreamFault.Invalid, bridged.Detail!);
                default:
                    break;
            }
        }

        return RelayOutcome.Failed(UpstreamFault.Broken, "The connection ended before there was an answer; whether the call ran is not known.");
    }

    /// <summary>A connection of the client's own session ends with it.</summary>
    private async ValueTask OwnAsync(UpstreamCall call, string key)
    {
        if (call.Exchange.Session is { } session && string.Equals(session.Id.Key, call.Owner, StringComparison.Ordinal) && session.NoteConnection(key))
        {
            await grains.Get<ISessionGrain>(session.Id.Key).OwnAsync(key, call.Running.Stop);
        }
    }
}

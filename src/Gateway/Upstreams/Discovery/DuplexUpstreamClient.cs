using System.Globalization;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams.Channels;

namespace McpGateway.Gateway.Upstreams.Discovery;

/// <summary>Over a process or an SSE stream, which may be somebody else's: then the conversation leaves it open.</summary>
internal sealed class DuplexUpstreamClient(DuplexClient duplex, TimeSpan timeout, TimeProvider time, bool owns) : UpstreamClient
{
    public override async ValueTask DisposeAsync()
    {
        if (owns)
        {
            await duplex.DisposeAsync();
        }
    }

    protected override async Task<(ReadOnlyMemory<byte> Response, UpstreamFailure? Failure)> ExchangeAsync(
        byte[] message, long id, string method, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await foreach (var reply in duplex.CallAsync(message, either.Token))
            {
                switch (reply.Kind)
                {
                    case ConnectionReplyKind.Response:
                        return (reply.Message, null);
                    case ConnectionReplyKind.Failed:
                        return (default, new UpstreamFailure(reply.Fault, reply.Detail ?? ""));
                    default:
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (default, new UpstreamFailure(
                UpstreamFault.TimedOut,
                string.Create(CultureInfo.InvariantCulture, $"The upstream gave no answer to {method} within {timeout.TotalSeconds} s.")));
        }

        return (default, new UpstreamFailure(UpstreamFault.Broken, "The connection was closed."));
    }

    protected override Task<UpstreamFailure?> SendAsync(byte[] message, string method, CancellationToken cancellationToken) =>
        duplex.SendAsync(message, cancellationToken);
}

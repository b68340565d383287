using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams.Channels;

/// <summary>
/// The upstream's own requests. Nothing in them says to which call they belong. A connection that declared capabilities serves one session
/// or one call, so each goes to the newest running call, whose client can answer it; one that comes just before the first call waits for it.
/// </summary>
public sealed partial class DuplexClient
{
    private const int MaxOpen = 64;

    private static readonly TimeSpan s_untilFirstCall = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Asked> _asked = new(StringComparer.Ordinal);
    private int _refusing;

    /// <summary>Sends the client's response to a question. One that answers no open question is dropped.</summary>
    /// <param name="response">With the upstream's own id.</param>
    public async Task RespondAsync(ReadOnlyMemory<byte> response, CancellationToken cancellationToken)
    {
        if (EnvelopeScanner.Scan(response.Span, out var envelope) == EnvelopeFault.None
            && envelope.Kind is MessageKind.Response or MessageKind.ErrorResponse
            && _asked.TryRemove(TextOf(envelope.Id.Slice(response.Span)), out _))
        {
            await TrySendAsync(response, cancellationToken);
        }
    }

    private void Ask(ReadOnlyMemory<byte> request, ByteRange id, McpMethod method)
    {
        var asked = new Asked(request, id.Slice(request));
        if (!_settings.MayAsk || method == McpMethod.Ping)
        {
            _ = RefuseAsync(asked, method == McpMethod.Ping ? null : "The client did not declare this capability.");
        }
        else if (_asked.Count >= MaxOpen || !_asked.TryAdd(TextOf(asked.Id.Span), asked))
        {
            _ = RefuseAsync(asked, "Too many requests wait for an answer, or one with this id does.");
        }
        else
        {
            lock (_gate)
            {
                asked.Call = Newest(out _);
            }

            if (asked.Call is null)
            {
                _ = RefuseUnaskedAsync(asked);
            }
            else if (!asked.Call.TryAsk(request))
            {
                _ = TryRefuseAsync(asked, "The client does not read its questions.");
            }
        }
    }

    /// <summary>A call begins: it gets what was asked before there was any. Under the gate.</summary>
    private void AskLate(PendingCall call)
    {
        foreach (var asked in _asked.Values)
        {
            if (asked.Call is null && call.HasClient)
            {
                asked.Call = call;
                call.TryAsk(asked.Request);
            }
        }
    }

    /// <summary>A call is over: nobody will answer what it was asked.</summary>
    private async ValueTask RefuseRestAsync(PendingCall call)
    {
        foreach (var asked in _asked.Values)
        {
            if (asked.Call == call)
            {
                await TryRefuseAsync(asked, "The call that this belongs to is over.");
            }
        }
    }

    private async Task RefuseUnaskedAsync(Asked asked)
    {
        try
        {
            await Task.Delay(s_untilFirstCall, _closing.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (asked.Call is null)
        {
            await TryRefuseAsync(asked, "No call runs that this could belong to.");
        }
    }

    private Task TryRefuseAsync(Asked asked, string reason) =>
        _asked.TryRemove(TextOf(asked.Id.Span), out _) ? RefuseAsync(asked, reason) : Task.CompletedTask;

    /// <summary>Answers in the client's place; without a reason the request is a ping.</summary>
    private async Task RefuseAsync(Asked asked, string? reason)
    {
        if (Interlocked.Increment(ref _refusing) <= MaxOpen)
        {
            var answer = new ArrayBufferWriter<byte>(128);
            if (reason is null)
            {
                JsonRpcWriter.WriteResult(answer, asked.Id.Span, "{}"u8);
            }
            else
            {
                JsonRpcWriter.WriteError(answer, asked.Id.Span, McpErrorCode.MethodNotFound, reason);
            }

            await TrySendAsync(answer.WrittenMemory, CancellationToken.None);
        }

        // More than that: it asks without reading the answers.
        Interlocked.Decrement(ref _refusing);
    }

    private static string TextOf(ReadOnlySpan<byte> rawId) => Encoding.UTF8.GetString(rawId);

    /// <summary>A request of the upstream that has no answer yet.</summary>
    private sealed class Asked(ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> id)
    {
        public ReadOnlyMemory<byte> Request => request;

        public ReadOnlyMemory<byte> Id => id;

        /// <summary>The call whose client was asked; null before there is one. Set under the gate.</summary>
        public PendingCall? Call { get; set; }
    }
}

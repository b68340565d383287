using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams.Channels;

/// <summary>
/// Many calls over one <see cref="IMessageTransport"/>. Each gets an id and a progress token of ours on the wire, so that callers who
/// chose the same ones do not meet; both are restored in what comes back. One loop reads.
/// </summary>
public sealed partial class DuplexClient : IAsyncDisposable
{
    private static readonly TimeSpan s_courtesy = TimeSpan.FromSeconds(1);

    private readonly IMessageTransport _transport;
    private readonly DuplexSettings _settings;
    private readonly ConcurrentDictionary<long, PendingCall> _pending = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private UpstreamFailure? _end;
    private long _lastNumber;

    public DuplexClient(IMessageTransport transport, DuplexSettings settings)
    {
        _transport = transport;
        _settings = settings;

        // On the thread pool: what comes in shall not wait for the turns of the grain that made the connection.
        Ended = Task.Run(RunAsync);
    }

    /// <summary>Ends, with the reason, when the connection has.</summary>
    public Task<UpstreamFailure> Ended { get; }

    /// <summary>Calls that wait for their response.</summary>
    public int Running => _pending.Count;

    /// <summary>
    /// Sends a request and streams what belongs to it; the response, or why there is none, is the last item. Leaving early cancels it
    /// upstream.
    /// </summary>
    /// <param name="message">A request without fault; its id and progress token are replaced on the way.</param>
    public async IAsyncEnumerable<ConnectionReply> CallAsync(
        ReadOnlyMemory<byte> message, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Start(message, out var call, out var wire) is { } refusal)
        {
            yield return refusal;
            yield break;
        }

        var over = false;
        try
        {
            if (await TrySendAsync(wire, cancellationToken) is { } failure)
            {
                over = true;
                yield return ConnectionReply.Failed(failure.Fault, failure.Detail);
                yield break;
            }

            while (!over)
            {
                var reply = await call.NextAsync(cancellationToken);
                over = reply.Kind is not (ConnectionReplyKind.Notification or ConnectionReplyKind.Question);
                yield return reply;
            }
        }
        finally
        {
            if (_pending.TryRemove(call.Number, out _) && !over)
            {
                await CancelAsync(call.Number);
            }

            await RefuseRestAsync(call);
        }
    }

    /// <summary>Sends a notification, or a response to the upstream's own request; null when it was sent.</summary>
    public Task<UpstreamFailure?> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
        TrySendAsync(message, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _transport.DisposeAsync();
        await Ended;
    }

    private ConnectionReply? Start(ReadOnlyMemory<byte> message, out PendingCall call, out byte[] wire)
    {
        call = null!;
        wire = [];
        var fault = EnvelopeScanner.Scan(message.Span, out var envelope);
        if (fault != EnvelopeFault.None || envelope.Kind != MessageKind.Request)
        {
            return ConnectionReply.Failed(UpstreamFault.Invalid, "Not a request: " + fault.Message(envelope));
        }

        lock (_gate)
        {
            if (_end is { } end)
            {
                return ConnectionReply.Failed(UpstreamFault.Unreachable, end.Detail);
            }

            if (_pending.Count >= _settings.MaxCalls)
            {
                return ConnectionReply.Failed(
                    UpstreamFault.Busy, string.Create(CultureInfo.InvariantCulture, $"{_settings.MaxCalls} calls run on this connection already."));
            }

            call = new PendingCall(++_lastNumber, envelope.Id.Slice(message), envelope.MetaProgressToken.Slice(message))
            {
                HasClient = envelope.Method is not (McpMethod.SubscriptionsListen or McpMethod.ResourcesSubscribe or McpMethod.ResourcesUnsubscribe),
            };
            _pending[call.Number] = call;
            AskLate(call);
        }

        Span<byte> number = stackalloc byte[20];
        Utf8Formatter.TryFormat(call.Number, number, out var digits);
        using var edits = SpliceList.Rent();
        edits.ReplaceId(envelope, number[..digits]);
        edits.ReplaceProgressToken(envelope, number[..digits]);
        wire = edits.ToArray(message.Span);
        return null;
    }

    private async Task<UpstreamFailure> RunAsync()
    {
        var end = new UpstreamFailure(UpstreamFault.Broken, "The connection was closed.");
        try
        {
            while (true)
            {
                Route(await _transport.ReceiveAsync(_closing.Token));
            }
        }
        catch (UpstreamException ended)
        {
            end = _closing.IsCancellationRequested ? end : ended.Failure;
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // We closed it.
        }

        lock (_gate)
        {
            _end = end;
        }

        foreach (var call in _pending.Values)
        {
            call.Finish(ConnectionReply.Failed(end.Fault, end.Detail));
        }

        return end;
    }

    private void Route(ReadOnlyMemory<byte> message)
    {
        var fault = EnvelopeScanner.Scan(message.Span, out var envelope);
        switch (fault)
        {
            case EnvelopeFault.None:
                Route(message, envelope);
                break;
            case EnvelopeFault.Batch:
                RouteBatch(message);
                break;
            default:
                // Whoever can be told is; nobody else can do anything about it.
                if (Find(envelope.Id.Slice(message.Span)) is { } call)
                {
                    call.Finish(ConnectionReply.Failed(UpstreamFault.Invalid, "The upstream's answer is no JSON-RPC message: " + fault.Message(envelope)));
                }

                _settings.OnOddity?.Invoke("The upstream sent what is no JSON-RPC message: " + fault.Message(envelope));
                break;
        }
    }

    private void RouteBatch(ReadOnlyMemory<byte> batch)
    {
        var parts = new List<ByteRange>();
        if (BatchSplitter.TrySplit(batch.Span, parts))
        {
            foreach (var part in parts)
            {
                var message = part.Slice(batch);
                if (EnvelopeScanner.Scan(message.Span, out var envelope) == EnvelopeFault.None)
                {
                    Route(message, envelope);
                }
            }
        }
    }

    private void Route(ReadOnlyMemory<byte> message, in Envelope envelope)
    {
        switch (envelope.Kind)
        {
            case MessageKind.Response or MessageKind.ErrorResponse:
                if (Find(envelope.Id.Slice(message.Span)) is { } call)
                {
                    using var edits = SpliceList.Rent();
                    edits.ReplaceId(envelope, call.Id.Span);
                    call.Finish(ConnectionReply.Response(edits.ToArray(message.Span)));
                }

                break;
            case MessageKind.Request:
                Ask(message, envelope.Id, envelope.Method);
                break;
            default:
                RouteNotification(message, envelope);
                break;
        }
    }

    private void RouteNotification(ReadOnlyMemory<byte> message, in Envelope envelope)
    {
        switch (envelope.Method)
        {
            case McpMethod.NotificationProgress:
                if (Find(envelope.ParamsProgressToken.Slice(message.Span)) is { ProgressToken.IsEmpty: false } call)
                {
                    using var edits = SpliceList.Rent();
                    edits.ReplaceProgressToken(envelope, call.ProgressToken.Span);
                    call.Notify(edits.ToArray(message.Span));
                }

                break;
            case McpMethod.NotificationCancelled when _asked.TryGetValue(TextOf(envelope.RequestId.Slice(message.Span)), out var asked):
                asked.Call?.Notify(message);
                break;
            case McpMethod.NotificationMessage when LogReceiver() is { } receiver:
                receiver.Notify(message);
                break;
            case McpMethod.NotificationToolsListChanged or McpMethod.NotificationPromptsListChanged or McpMethod.NotificationResourcesListChanged:
                _settings.OnListChanged?.Invoke(envelope.Method);
                break;
            default:
                _settings.OnNotification?.Invoke(envelope.Method, message);
                break;
        }
    }

    /// <summary>
    /// Log messages name no call. One that comes while a single call runs belongs to it. While several run it goes to the newest, once,
    /// as long as all are the same owner's; on a connection shared by everybody it would show one caller's data to another. One that
    /// belongs to no call goes where other such notifications go.
    /// </summary>
    private PendingCall? LogReceiver() => Newest(out var count) is { } newest && (count == 1 || !_settings.SharedByStrangers) ? newest : null;

    private PendingCall? Newest(out int count)
    {
        PendingCall? newest = null;
        count = 0;
        foreach (var (number, call) in _pending)
        {
            if (!call.HasClient)
            {
                continue;
            }

            count++;
            if (newest is null || number > newest.Number)
            {
                newest = call;
            }
        }

        return newest;
    }

    /// <summary>Tells the upstream that nobody waits any more; not for long, because it may be what hangs.</summary>
    private async Task CancelAsync(long number)
    {
        using var courtesy = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        courtesy.CancelAfter(s_courtesy);
        var message = RpcMessages.Notification("notifications/cancelled", writer =>
        {
            writer.WriteNumber("requestId", number);
            writer.WriteString("reason", "The client cancelled the call or went away.");
        });
        try
        {
            await TrySendAsync(message, courtesy.Token);
        }
        catch (OperationCanceledException)
        {
            // It does not read; it will hear of it or not.
        }
    }

    private async Task<UpstreamFailure?> TrySendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        try
        {
            // A message once begun is written to its end, so the wait is given up, not the writing.
            await _transport.SendAsync(message, _closing.Token).AsTask().WaitAsync(cancellationToken);
            return null;
        }
        catch (UpstreamException failed)
        {
            return failed.Failure;
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return new UpstreamFailure(UpstreamFault.Broken, "The connection was closed.");
        }
    }

    private PendingCall? Find(ReadOnlySpan<byte> raw) =>
        Utf8Parser.TryParse(raw, out long number, out var used) && used == raw.Length && _pending.TryGetValue(number, out var call) ? call : null;
}

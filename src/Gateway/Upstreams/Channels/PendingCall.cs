using System.Threading.Channels;
using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Gateway.Upstreams.Channels;

/// <summary>A call that waits for its response on a connection that others use too.</summary>
internal sealed class PendingCall(long number, ReadOnlyMemory<byte> id, ReadOnlyMemory<byte> progressToken)
{
    // A caller that reads slowly loses notifications, never the response, and never holds up the other callers.
    private const int MaxQueued = 1024;
    private const int MaxQueuedBytes = 4 * 1024 * 1024;

    private readonly Channel<ConnectionReply> _replies = Channel.CreateUnbounded<ConnectionReply>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });

    private readonly bool _hasClient = true;
    private volatile bool _isOver;
    private int _queued;
    private int _queuedBytes;

    /// <summary>Its id and progress token on the wire.</summary>
    public long Number => number;

    /// <summary>A client waits for it, who can be asked and shown logs. Not so for subscriptions, which are ours, nor after the response.</summary>
    public bool HasClient
    {
        get => _hasClient && !_isOver;
        init => _hasClient = value;
    }

    /// <summary>The caller's id, raw.</summary>
    public ReadOnlyMemory<byte> Id => id;

    /// <summary>The caller's progress token, raw; empty for none.</summary>
    public ReadOnlyMemory<byte> ProgressToken => progressToken;

    public void Notify(ReadOnlyMemory<byte> message)
    {
        if (Volatile.Read(ref _queued) >= MaxQueued || Volatile.Read(ref _queuedBytes) >= MaxQueuedBytes)
        {
            return;
        }

        Interlocked.Increment(ref _queued);
        Interlocked.Add(ref _queuedBytes, message.Length);
        _replies.Writer.TryWrite(ConnectionReply.Notification(message));
    }

    /// <summary>Passes a question on; false when the caller reads too slowly.</summary>
    public bool TryAsk(ReadOnlyMemory<byte> question)
    {
        if (Volatile.Read(ref _queued) >= MaxQueued)
        {
            return false;
        }

        Interlocked.Increment(ref _queued);
        Interlocked.Add(ref _queuedBytes, question.Length);
        return _replies.Writer.TryWrite(ConnectionReply.Question(question));
    }

    public void Finish(ConnectionReply last)
    {
        _isOver = true;
        _replies.Writer.TryWrite(last);
        _replies.Writer.TryComplete();
    }

    public async ValueTask<ConnectionReply> NextAsync(CancellationToken cancellationToken)
    {
        var reply = await _replies.Reader.ReadAsync(cancellationToken);
        if (reply.Kind is ConnectionReplyKind.Notification or ConnectionReplyKind.Question)
        {
            Interlocked.Decrement(ref _queued);
            Interlocked.Add(ref _queuedBytes, -reply.Message.Length);
        }

        return reply;
    }
}

using McpGateway.Frontend.Relay;

namespace McpGateway.Frontend.Questions;

/// <summary>
/// The reply of a call that may outlive the request it came with: whatever is said goes to the request that waits at the moment. A turn
/// begins with a request and ends with its answer, which may be the call's or a round of questions. One writer.
/// </summary>
internal sealed class ClientTurns : IReply, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private Turn? _current;

    /// <summary>Fires when a client leaves in the middle of its turn, which for a modern client means that it cancels the call.</summary>
    public CancellationToken ClientGone => _gone.Token;

    /// <summary>Gives the next turn to a request.</summary>
    /// <returns>Ends with the turn; nothing of its request is touched afterwards.</returns>
    public Task Begin(IReply reply)
    {
        var turn = new Turn(reply, _gone);
        Volatile.Write(ref _current, turn);
        return turn.Ended;
    }

    public void SetRetryAfter(int seconds) => _current?.Reply.SetRetryAfter(seconds);

    public ValueTask NotifyAsync(ReadOnlyMemory<byte> message) => _current?.Reply.NotifyAsync(message) ?? default;

    public ValueTask KeepAliveAsync() => _current?.Reply.KeepAliveAsync() ?? default;

    public async ValueTask CompleteAsync(ReadOnlyMemory<byte> response, int status)
    {
        if (_current is { } turn)
        {
            try
            {
                await turn.Reply.CompleteAsync(response, status);
            }
            finally
            {
                End(turn);
            }
        }
    }

    public async ValueTask AbandonAsync()
    {
        if (_current is { } turn)
        {
            await turn.Reply.AbandonAsync();
            End(turn);
        }
    }

    public void Dispose()
    {
        if (_current is { } turn)
        {
            End(turn);
        }

        _gone.Dispose();
    }

    /// <summary>The client may have read the answer and be back already: then the next turn has begun, and stays.</summary>
    private void End(Turn turn)
    {
        Interlocked.CompareExchange(ref _current, null, turn);
        turn.End();
    }

    private sealed class Turn
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenRegistration _leaving;

        public Turn(IReply reply, CancellationTokenSource gone)
        {
            Reply = reply;
            _leaving = reply.ClientGone.UnsafeRegister(static gone => ((CancellationTokenSource)gone!).Cancel(), gone);
        }

        public IReply Reply { get; }

        public Task Ended => _ended.Task;

        public void End()
        {
            _leaving.Dispose();
            _ended.TrySetResult();
        }
    }
}

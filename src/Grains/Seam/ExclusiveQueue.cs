namespace McpGateway.Grains.Seam;

/// <summary>Lets one piece of work of a grain run at a time. It needs no lock: it is touched only in turns of its grain.</summary>
internal sealed class ExclusiveQueue
{
    private readonly LinkedList<TaskCompletionSource> _waiting = new();
    private bool _busy;

    public async ValueTask<T> RunAsync<T>(
        Func<CancellationToken, ValueTask<T>> work, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limited = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, cancellationToken);
        try
        {
            await EnterAsync(either.Token);
            try
            {
                return await work(either.Token);
            }
            finally
            {
                Leave();
            }
        }
        catch (OperationCanceledException exception) when (limited.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Exclusive work of the grain did not end within {limit}.", exception);
        }
    }

    private async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_busy)
        {
            _busy = true;
            return;
        }

        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var place = _waiting.AddLast(turn);
        try
        {
            await turn.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The turn may have come between the cancellation and now: then it is passed on.
            if (turn.Task.IsCompleted)
            {
                Leave();
            }
            else
            {
                _waiting.Remove(place);
            }

            throw;
        }
    }

    private void Leave()
    {
        if (_waiting.First is { } next)
        {
            _waiting.RemoveFirst();
            next.Value.SetResult();
        }
        else
        {
            _busy = false;
        }
    }
}

namespace McpGateway.Grains.Seam;

internal sealed partial class Activation
{
    // After so many turns in a row others get the thread.
    private const int TurnsPerSlice = 64;

    private readonly Queue<Task> _turns = new();
    private bool _running;

    /// <summary>Whether the caller is in a turn of some grain.</summary>
    public static bool IsInATurn => Current is Activation;

    /// <summary>Runs something of the host's own as a turn, without the context of whoever happens to cause it.</summary>
    public void RunTurn(Func<Task> work)
    {
        using AsyncFlowControl? detached = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        _ = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, this);
    }

    /// <inheritdoc cref="RunTurn(Func{Task})"/>
    public void RunTurn(Action work) => RunTurn(() =>
    {
        work();
        return Task.CompletedTask;
    });

    /// <summary>Cancels what grain code listens to; to be called in a turn, as its callbacks are the grain's.</summary>
    public void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException exception)
        {
            host.LogCancellationFailed(exception, id);
        }
    }

    /// <summary>Fails if the caller is not in a turn of this grain.</summary>
    public void CheckTurn()
    {
        if (Current != this)
        {
            throw new InvalidOperationException($"{id} left its turn, as by ConfigureAwait(false) or Task.Run.");
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (var turns = 0; turns < TurnsPerSlice; turns++)
        {
            Task? turn;
            lock (_gate)
            {
                if (!_turns.TryDequeue(out turn))
                {
                    _running = false;
                    return;
                }
            }

            TryExecuteTask(turn);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override void QueueTask(Task task)
    {
        lock (_gate)
        {
            _turns.Enqueue(task);
            if (_running)
            {
                return;
            }

            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    // Only within a turn of this grain may another piece of it run at once.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && Current == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_gate)
        {
            return [.. _turns];
        }
    }
}

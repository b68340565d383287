using McpGateway.Abstractions.Seam;

namespace McpGateway.Storage;

/// <summary>Lets a bounded number of writes run, a bounded number wait, and none of them for ever.</summary>
internal sealed class WriteQueue(int running, int waiting, TimeSpan wait, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(running);
    private int _waiting;

    /// <summary>How many writes wait for their turn.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Waits for a turn, which the caller ends by disposing the answer.</summary>
    /// <exception cref="StorageUnavailableException">The queue is full, or the turn did not come in time.</exception>
    public async ValueTask<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        if (_slots.Wait(0, CancellationToken.None))
        {
            return new Turn(_slots);
        }

        if (Interlocked.Increment(ref _waiting) > waiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new StorageUnavailableException($"The database is busy: {waiting} writes wait already.");
        }

        try
        {
            using var timeout = new CancellationTokenSource(wait, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            await _slots.WaitAsync(either.Token);
            return new Turn(_slots);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StorageUnavailableException($"The database is busy: the write waited for {wait.TotalSeconds:0.#} s.", exception);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Dispose() => _slots.Dispose();

    internal readonly struct Turn(SemaphoreSlim slots) : IDisposable
    {
        public void Dispose() => slots.Release();
    }
}

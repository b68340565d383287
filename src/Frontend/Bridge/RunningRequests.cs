using System.Collections.Concurrent;
using System.Text;

namespace McpGateway.Frontend.Bridge;

/// <summary>The messages on their way: so many at once, a bounded number waiting, each cancellable.</summary>
internal sealed class RunningRequests : IDisposable
{
    private const int MostRunning = 64;
    private const int MostWaiting = 1024;

    private readonly SemaphoreSlim _slots = new(MostRunning);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _modern = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, byte> _tasks = [];

    /// <summary>Runs the work as soon as there is room. False when too many wait already.</summary>
    public bool TryStart(BridgeMessage message, Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        if (_tasks.Count >= MostRunning + MostWaiting)
        {
            return false;
        }

        var task = RunAsync(message, work, stopping);
        _tasks[task] = 0;
        _ = task.ContinueWith(static (done, tasks) => ((ConcurrentDictionary<Task, byte>)tasks!).TryRemove(done, out _), _tasks, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return true;
    }

    /// <summary>
    /// Calls off a modern request: over HTTP that is done by going away, not by a message. False for others, whose cancellation is to be
    /// posted.
    /// </summary>
    public bool TryCancel(BridgeMessage cancellation)
    {
        if (!cancellation.Envelope.RequestId.IsPresent
            || !_modern.TryGetValue(Key(cancellation.Envelope.RequestId.Slice(cancellation.Bytes.Span)), out var running))
        {
            return false;
        }

        running.Cancel();
        return true;
    }

    /// <summary>Waits until all are done.</summary>
    public Task DrainAsync() => Task.WhenAll(_tasks.Keys);

    public void Dispose() => _slots.Dispose();

    private async Task RunAsync(BridgeMessage message, Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var key = message.IsRequest && message.OwnRevision is not null ? Key(message.Id.Span) : null;
        if (key is not null)
        {
            _modern[key] = cancelled;
        }

        try
        {
            await _slots.WaitAsync(cancelled.Token);
            try
            {
                // The reader goes on with the next line meanwhile.
                await Task.Yield();
                await work(cancelled.Token);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            // Called off before its turn came.
        }
        finally
        {
            if (key is not null)
            {
                _modern.TryRemove(KeyValuePair.Create(key, cancelled));
            }
        }
    }

    // Strings keep their quotes, so that "1" and 1 stay apart.
    private static string Key(ReadOnlySpan<byte> id) => Encoding.UTF8.GetString(id);
}

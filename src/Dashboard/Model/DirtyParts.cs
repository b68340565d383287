namespace McpGateway.Dashboard.Model;

/// <summary>What of the overview has to be read again.</summary>
[Flags]
internal enum Parts
{
    None = 0,
    Counts = 1,
    Upstreams = 2,
    Servers = 4,
    Usage = 8,
    All = Counts | Upstreams | Servers | Usage,
}

/// <summary>Collects what has to be read again until somebody reads it.</summary>
internal sealed class DirtyParts(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly Lock _lock = new();
    private Parts _parts;

    public void Mark(Parts parts)
    {
        lock (_lock)
        {
            _parts |= parts;
            if (_parts != Parts.None && _signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }
    }

    /// <summary>What was marked, as soon as anything is; <paramref name="otherwise"/> when nothing is for so long.</summary>
    public async Task<Parts> TakeAsync(TimeSpan patience, Parts otherwise, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, patience, Timeout.InfiniteTimeSpan);
        try
        {
            await _signal.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return otherwise;
        }

        lock (_lock)
        {
            var parts = _parts;
            _parts = Parts.None;
            return parts;
        }
    }

    public void Dispose() => _signal.Dispose();
}

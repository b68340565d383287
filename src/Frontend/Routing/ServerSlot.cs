using McpGateway.Gateway.Routing;

namespace McpGateway.Frontend.Routing;

/// <summary>The holder of one virtual server's current model.</summary>
/// <param name="replaced">Called when a model took the place of another (null: the server is gone), which is served no more by then.</param>
internal sealed class ServerSlot(string serverId, Action<ServerModel, ServerModel?> replaced)
{
    private readonly Lock _gate = new();
    private Task<ServerModel?>? _load;
    private long _needed;
    private long _loadedFor = -1;
    private volatile bool _fresh;
    private int _following;

    public string ServerId => serverId;

    /// <summary>What was loaded last; null before the first load and for an unknown server.</summary>
    public ServerModel? Model { get; private set; }

    /// <summary>True when the model may be served without asking.</summary>
    public bool IsFresh => _fresh;

    /// <summary>The model must show this change soon; until then the present one is served.</summary>
    public void Need(long feedId) => InterlockedMax(ref _needed, feedId);

    /// <summary>The model must not be served before it shows this change.</summary>
    public void Expire(long feedId)
    {
        Need(feedId);
        _fresh = false;
    }

    public bool TryBeginFollowing() => Interlocked.Exchange(ref _following, 1) == 0;

    public void EndFollowing() => Volatile.Write(ref _following, 0);

    /// <summary>Loads in single flight; a load that began before the newest change was known is followed by another.</summary>
    public Task<ServerModel?> LoadAsync(Func<ServerSlot, long, Task<ServerModel?>> load, long feedId)
    {
        lock (_gate)
        {
            if (_load is { IsCompleted: false } running && _loadedFor >= Volatile.Read(ref _needed))
            {
                return running;
            }

            _loadedFor = Math.Max(feedId, Volatile.Read(ref _needed));
            return _load = RunAsync(_load, load, _loadedFor);
        }
    }

    private async Task<ServerModel?> RunAsync(Task? before, Func<ServerSlot, long, Task<ServerModel?>> load, long atLeast)
    {
        if (before is not null)
        {
            // One at a time; how the one before ended is its callers' business.
            await before.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        var model = await load(this, atLeast);
        var old = Model;
        Model = model;
        _fresh = atLeast >= Volatile.Read(ref _needed);
        if (old is not null && !ReferenceEquals(old, model))
        {
            replaced(old, model);
        }

        return model;
    }

    private static void InterlockedMax(ref long location, long value)
    {
        var seen = Volatile.Read(ref location);
        while (seen < value)
        {
            var found = Interlocked.CompareExchange(ref location, value, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }
}

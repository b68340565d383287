using McpGateway.Abstractions.Access;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>The watches of one client's stream, one a connection. Used by one owner at a time.</summary>
internal sealed class ConnectionListeners(ListenerFactory factory, Caller caller, WatchEars ears, TimeProvider time) : IAsyncDisposable
{
    // So long an old watch is kept beside the one that replaces it, so that nothing is missed.
    private static readonly TimeSpan s_overlap = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, ConnectionListener> _listeners = new(StringComparer.Ordinal);
    private readonly HashSet<Task> _leaving = [];

    public IReadOnlyCollection<ConnectionListener> All => _listeners.Values;

    /// <summary>Listens to exactly this from now on.</summary>
    public void Align(IReadOnlyCollection<ConnectionWish> wishes)
    {
        _leaving.RemoveWhere(static leaving => leaving.IsCompleted);
        var keys = wishes.Select(wish => wish.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, gone) in _listeners.Where(listener => !keys.Contains(listener.Key)).ToList())
        {
            _listeners.Remove(key);
            _leaving.Add(gone.DisposeAsync().AsTask());
        }

        foreach (var wish in wishes)
        {
            var old = _listeners.GetValueOrDefault(wish.Key);
            if (old is null || !old.Wish.IsSameAs(wish))
            {
                var made = factory.Listen(caller, wish, ears);
                _listeners[wish.Key] = made;
                if (old is not null)
                {
                    _leaving.Add(LeaveAsync(old, made));
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_listeners.Values.Select(listener => listener.DisposeAsync().AsTask()));
        await Task.WhenAll(_leaving);
    }

    private async Task LeaveAsync(ConnectionListener old, ConnectionListener successor)
    {
        try
        {
            await successor.Standings.WaitAsync(s_overlap, time);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // It may take longer than anybody should wait, or it was replaced in turn.
        }

        await old.DisposeAsync();
    }
}

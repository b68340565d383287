using System.Runtime.CompilerServices;
using System.Threading.Channels;
using McpGateway.Abstractions.Sessions;

namespace McpGateway.Grains.Sessions;

/// <summary>What the session's event stream listens to, wherever that stream is.</summary>
internal sealed partial class SessionGrain
{
    private readonly HashSet<Channel<SessionInterests>> _watchers = [];

    public async ValueTask<bool> SubscribeAsync(string uri, CancellationToken cancellationToken)
    {
        var state = _state.Value;
        if (state.EndedUntil is not null || state.Subscriptions.Contains(uri))
        {
            return true;
        }

        if (state.Subscriptions.Length >= ISessionGrain.MaxSubscriptions)
        {
            return false;
        }

        _state.Value = state with { Subscriptions = state.Subscriptions.Add(uri) };
        await _state.SaveAsync();
        TellInterests();
        return true;
    }

    public async ValueTask UnsubscribeAsync(string uri, CancellationToken cancellationToken)
    {
        var state = _state.Value;
        if (state.Subscriptions.Contains(uri))
        {
            _state.Value = state with { Subscriptions = state.Subscriptions.Remove(uri) };
            await _state.SaveAsync();
            TellInterests();
        }
    }

    public async IAsyncEnumerable<SessionInterests> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var latest = Channel.CreateBounded<SessionInterests>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        _watchers.Add(latest);
        try
        {
            Tell(latest);
            await foreach (var interests in latest.Reader.ReadAllAsync(cancellationToken))
            {
                yield return interests;
            }
        }
        finally
        {
            _watchers.Remove(latest);
        }
    }

    private void TellInterests()
    {
        foreach (var watcher in _watchers)
        {
            Tell(watcher);
        }
    }

    private void Tell(Channel<SessionInterests> watcher)
    {
        var state = _state.Value;
        if (state.EndedUntil is null)
        {
            watcher.Writer.TryWrite(new SessionInterests(state.Subscriptions, state.Connections, state.LogLevel));
        }
        else
        {
            watcher.Writer.TryComplete();
        }
    }
}

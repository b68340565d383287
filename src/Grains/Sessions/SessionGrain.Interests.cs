using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Nodes;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Sessions;

namespace McpGateway.Grains.Sessions;

/// <summary>What the session's event stream listens to, wherever that stream is.</summary>
internal sealed partial class SessionGrain
{
    // A client has one stream, and another for a moment when it moves.
    private const int MaxStreams = 4;

    private readonly List<(string Node, long Stream)> _streams = [];

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
        await TellInterestsAsync();
        return true;
    }

    public async ValueTask UnsubscribeAsync(string uri, CancellationToken cancellationToken)
    {
        var state = _state.Value;
        if (state.Subscriptions.Contains(uri))
        {
            _state.Value = state with { Subscriptions = state.Subscriptions.Remove(uri) };
            await _state.SaveAsync();
            await TellInterestsAsync();
        }
    }

    public ValueTask<SessionInterests?> ListenAsync(string node, long stream, CancellationToken cancellationToken)
    {
        var state = _state.Value;
        if (state.EndedUntil is not null)
        {
            return ValueTask.FromResult<SessionInterests?>(null);
        }

        _streams.Remove((node, stream));
        _streams.Add((node, stream));
        if (_streams.Count > MaxStreams)
        {
            _streams.RemoveAt(0);
        }

        return ValueTask.FromResult<SessionInterests?>(new SessionInterests(state.Subscriptions, state.Connections, state.LogLevel));
    }

    public ValueTask StopListeningAsync(string node, long stream, CancellationToken cancellationToken)
    {
        _streams.Remove((node, stream));
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Tells the nodes that have the session's stream. Where none is known there may be one all the same, of which a lost activation knew:
    /// then all nodes hear of it through the feed.
    /// </summary>
    private async Task TellInterestsAsync()
    {
        await TellStreamsAsync();
        if (_streams.Count == 0)
        {
            await TellAllNodesAsync(ChangeKind.SessionInterests, CancellationToken.None);
        }
    }

    private Task TellStreamsAsync() => Task.WhenAll(_streams.Select(static stream => stream.Node).Distinct(StringComparer.Ordinal).ToArray().Select(TellAsync));

    private async Task TellAsync(string node)
    {
        if (!await TryPostAsync(node, NodeMail.Of(NodeMailKind.Interests, Key, default)))
        {
            // It is gone; if not, it says within a minute that it listens.
            _streams.RemoveAll(stream => string.Equals(stream.Node, node, StringComparison.Ordinal));
        }
    }

    private async Task<bool> TryPostAsync(string node, NodeMail mail)
    {
        try
        {
            return await Grains.Get<INodeGrain>(node).PostAsync(mail, CancellationToken.None);
        }
        catch (Exception exception) when (GrainFailure.IsTransient(exception))
        {
            return false;
        }
    }
}

using System.Collections.Concurrent;
using McpGateway.Abstractions.Changes;
using McpGateway.Frontend.Feed;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Routing;
using McpGateway.Gateway.Routing;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>The listen streams that are open on this node: tells them of changes, and ends those whose caller lost its rights.</summary>
internal sealed class ListenHub : IFeedCache, IDisposable
{
    private readonly ConcurrentDictionary<ListenStream, byte> _streams = new();
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly ChangeAudience _audience;
    private readonly IOptions<McpOptions> _options;
    private readonly CancellationTokenRegistration _drain;
    private volatile bool _draining;

    public ListenHub(ServerTable servers, ChangeAudience audience, IOptions<McpOptions> options, IHostApplicationLifetime lifetime)
    {
        (_audience, _options) = (audience, options);
        servers.Replaced += OnReplaced;
        _drain = lifetime.ApplicationStopping.Register(Drain);
    }

    /// <summary>How many streams are open.</summary>
    public int Count => _streams.Count;

    /// <summary>Takes in a stream; false when its caller has as many as it may have.</summary>
    public bool TryOpen(ListenStream stream)
    {
        lock (_gate)
        {
            var open = _places.GetValueOrDefault(stream.Place);
            if (open >= _options.Value.MaxListensPerPrincipal)
            {
                return false;
            }

            _places[stream.Place] = open + 1;
        }

        _streams[stream] = 0;
        if (_draining)
        {
            stream.Complete();
        }

        return true;
    }

    public void Close(ListenStream stream)
    {
        if (!_streams.TryRemove(stream, out _))
        {
            return;
        }

        lock (_gate)
        {
            if (--_places[stream.Place] == 0)
            {
                _places.Remove(stream.Place);
            }
        }
    }

    /// <summary>The stream's own server has this model now: tells what is new in it, or ends the stream.</summary>
    public void Follow(ListenStream stream, ServerModel? model)
    {
        if (model is null || !McpGate.MayUse(stream.Caller, model.Header))
        {
            stream.Complete();
        }
        else if (!ReferenceEquals(stream.Seen, model))
        {
            Tell(stream, ListDifference.Between(stream.Seen, model), model);
        }
    }

    public void Apply(Change change)
    {
        if (change.Kind is ChangeKind.Token or ChangeKind.Principal)
        {
            // The rights behind the stream changed: it ends, and the client asks to be let in again.
            foreach (var stream in _streams.Keys.Where(stream => stream.IsOf(change)))
            {
                stream.Complete();
            }
        }
    }

    public void Reset()
    {
        // Something may have been missed: each looks for itself.
        foreach (var stream in _streams.Keys)
        {
            stream.Wake();
        }
    }

    public void Dispose() => _drain.Dispose();

    private void Drain()
    {
        _draining = true;
        foreach (var stream in _streams.Keys)
        {
            stream.Complete();
        }
    }

    private void OnReplaced(ServerModel before, ServerModel? after)
    {
        var changedId = before.Header.ServerId;
        ListDifference? shared = null;
        foreach (var stream in _streams.Keys.Where(stream => ChangeAudience.Concerns(changedId, stream.ServerId, stream.Caller)))
        {
            if (!string.Equals(stream.ServerId, changedId, StringComparison.Ordinal))
            {
                // A part of what the stream's token sees of the server of everything.
                shared ??= ListDifference.Between(before, after);
                stream.Tell(_audience.ListsFor(shared, changedId, stream.ServerId, stream.Caller));
            }
            else if (after is not null && ReferenceEquals(stream.Seen, before) && McpGate.MayUse(stream.Caller, after.Header))
            {
                Tell(stream, shared ??= ListDifference.Between(before, after), after);
            }
            else
            {
                Follow(stream, after);
            }
        }
    }

    private void Tell(ListenStream stream, ListDifference difference, ServerModel model)
    {
        stream.Seen = model;
        stream.Tell(_audience.ListsFor(difference, model.Header.ServerId, stream.ServerId, stream.Caller));
    }
}

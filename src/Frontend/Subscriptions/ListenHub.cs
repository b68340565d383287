using System.Collections.Concurrent;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Feed;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Routing;
using McpGateway.Gateway.Hosting;
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

    public ListenHub(ServerTable servers, ChangeAudience audience, IOptions<McpOptions> options, Departure departure)
    {
        (_audience, _options) = (audience, options);
        servers.Replaced += OnReplaced;
        _drain = departure.Gone.Register(Drain);
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

    /// <summary>The stream's own server is this now: tells what is new in it, or ends the stream and answers false.</summary>
    public bool Follow(ListenStream stream, ServerModel? model) => Follow(stream, model, replaced: null);

    public void Apply(Change change)
    {
        if (change.Kind == ChangeKind.Announcement && ListAnnouncement.Parse(change.Key) is { } announced)
        {
            foreach (var (stream, _) in _streams)
            {
                stream.Tell(_audience.ListsOf(announced, stream.ServerId, stream.Caller));
            }
        }
        else if (change.Kind is ChangeKind.Token or ChangeKind.Principal)
        {
            foreach (var (stream, _) in _streams)
            {
                // The rights behind the stream changed: it ends, and the client asks to be let in again.
                if (stream.Caller.IsOutdatedBy(change))
                {
                    stream.Complete();
                }
            }
        }
    }

    public void Reset()
    {
        // Something may have been missed: each looks for itself.
        foreach (var (stream, _) in _streams)
        {
            stream.Wake();
        }
    }

    public void Dispose() => _drain.Dispose();

    private void Drain()
    {
        _draining = true;
        foreach (var (stream, _) in _streams)
        {
            stream.Complete();
        }
    }

    private void OnReplaced(ServerModel before, ServerModel? after)
    {
        var replaced = new ServerReplacement(before, after);
        foreach (var (stream, _) in _streams)
        {
            if (string.Equals(stream.ServerId, replaced.ServerId, StringComparison.Ordinal))
            {
                Follow(stream, after, replaced);
            }
            else if (ChangeAudience.Concerns(replaced.ServerId, stream.ServerId, stream.Caller))
            {
                stream.Tell(ChangeAudience.ListsOfPart(replaced, stream.Caller));
                stream.Wake();
            }
        }
    }

    /// <param name="replaced">Spares finding the difference for each stream that saw the model before.</param>
    private bool Follow(ListenStream stream, ServerModel? model, ServerReplacement? replaced)
    {
        if (model is null || !McpGate.MayUse(stream.Caller, model.Header))
        {
            stream.Complete();
            return false;
        }

        if (stream.Advance(model) is { } seen)
        {
            var difference = ReferenceEquals(seen, replaced?.Before) ? replaced.Difference : ListDifference.Between(seen, model);
            stream.Tell(_audience.ListsOf(difference, stream.ServerId, stream.Caller));
            // The resources that it watches may lead elsewhere now.
            stream.Wake();
        }

        return true;
    }
}

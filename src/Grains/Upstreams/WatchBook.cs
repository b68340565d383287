using System.Collections.Immutable;
using System.Globalization;
using System.Threading.Channels;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams;
using McpGateway.Gateway.Upstreams.Watching;

namespace McpGateway.Grains.Upstreams;

/// <summary>
/// Who watches what over one connection. A resource that nobody watches any more is kept for some seconds, because most watches are
/// replaced by others; whoever begins to watch one hears again what was told of it in that time. Likewise the upstream is listened to for
/// some seconds after the last call that it may have had questions for, because another one often follows.
/// </summary>
/// <param name="limit">How many resources may be watched.</param>
/// <param name="principalLimit">How many of them one principal may watch.</param>
internal sealed class WatchBook(int limit, int principalLimit, TimeProvider time)
{
    private static readonly TimeSpan s_kept = TimeSpan.FromSeconds(5);

    private readonly Channel<byte> _changes = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Resource> _resources = new(StringComparer.Ordinal);
    private ImmutableArray<ConnectionWatch> _watches = [];
    private long? _callsEndedAt;

    /// <summary>True while anybody watches, or is likely to again.</summary>
    public bool IsWatched => !_watches.IsEmpty || (_callsEndedAt is { } ended && time.GetElapsedTime(ended) < s_kept);

    /// <summary>Begins a watch, of as many of the resources as the limits allow.</summary>
    public ConnectionWatch Begin(WatchRequest request, string principalId)
    {
        ConnectionWatch watch;
        lock (_gate)
        {
            watch = new ConnectionWatch(
                request,
                principalId,
                TakeAllowed(request.Uris, principalId),
                string.Create(CultureInfo.InvariantCulture, $"Over this connection {limit} resources may be watched at once, {principalLimit} by one user."));
            foreach (var uri in watch.Uris)
            {
                Take(uri, watch);
            }

            _watches = _watches.Add(watch);
        }

        Wake();
        return watch;
    }

    public void End(ConnectionWatch watch)
    {
        lock (_gate)
        {
            _watches = _watches.Remove(watch);
            _callsEndedAt = watch.OnlyListener is null ? _callsEndedAt : time.GetTimestamp();
            foreach (var uri in watch.Uris)
            {
                var resource = _resources[uri];
                resource.ReleasedAt = time.GetTimestamp();
                if (--resource.Watches == 0 && resource.IsRefused)
                {
                    _resources.Remove(uri);
                }
            }
        }

        Wake();
    }

    /// <summary>Something changed that the watcher of the upstream must follow.</summary>
    public void Wake() => _changes.Writer.TryWrite(0);

    /// <summary>Waits for <see cref="Wake"/>, or until something need not be kept any more.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), patience, KeptFor(), Timeout.InfiniteTimeSpan);
        try
        {
            await _changes.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time to look what is kept in vain.
        }
    }

    /// <summary>The resources that the upstream shall tell of now; those kept in vain are forgotten.</summary>
    public HashSet<string> TakeWanted()
    {
        lock (_gate)
        {
            foreach (var (uri, resource) in _resources)
            {
                if (resource.Watches == 0 && time.GetElapsedTime(resource.ReleasedAt) >= s_kept)
                {
                    _resources.Remove(uri);
                }
            }

            return [.. _resources.Keys];
        }
    }

    /// <summary>The upstream has answered for these resources: tells the watches that waited for it.</summary>
    public void Settle(HashSet<string> asked, IReadOnlyDictionary<string, WatchRefusal> refused)
    {
        lock (_gate)
        {
            foreach (var uri in asked)
            {
                if (_resources.TryGetValue(uri, out var resource))
                {
                    resource.IsRefused = refused.ContainsKey(uri);
                    resource.IsPromised |= !resource.IsRefused;
                }
            }
        }

        foreach (var watch in _watches.Where(watch => watch.Uris.All(asked.Contains)))
        {
            watch.Settle(uri => refused.TryGetValue(uri, out var refusal)
                ? new WatchStanding(uri, UpstreamFault.None, refusal.ErrorCode, refusal.Message)
                : new WatchStanding(uri, UpstreamFault.None, 0, null));
        }
    }

    /// <summary>The upstream cannot be asked at the moment: tells the watches that waited for it.</summary>
    public void Settle(UpstreamFailure failure)
    {
        lock (_gate)
        {
            foreach (var resource in _resources.Values)
            {
                resource.IsPromised = true;
            }
        }

        foreach (var watch in _watches)
        {
            watch.Settle(uri => new WatchStanding(uri, failure.Fault, 0, failure.Detail));
        }
    }

    /// <summary>
    /// The upstream was not listened to for a while: whatever it was to tell of may have been updated. Also for those who have only just
    /// begun to watch, because the client behind them may know of the subscription for longer.
    /// </summary>
    public void TellGap()
    {
        string[] promised;
        lock (_gate)
        {
            promised = [.. _resources.Where(resource => resource.Value.IsPromised).Select(resource => resource.Key)];
        }

        foreach (var uri in promised)
        {
            TellUpdated(uri);
        }
    }

    /// <summary>The upstream said that a resource was updated. From any thread.</summary>
    public void TellUpdated(string uri)
    {
        lock (_gate)
        {
            // It may be below what is watched, and whoever begins to watch that shall hear of it all the same.
            foreach (var part in ConnectionWatch.UpFrom(uri))
            {
                if (_resources.TryGetValue(part, out var resource))
                {
                    // Of several the one above them all is told again.
                    resource.Updated = IsRecent(resource) && resource.Updated != uri ? part : uri;
                    resource.UpdatedAt = Math.Max(time.GetTimestamp(), 1);
                }
            }

            foreach (var watch in _watches)
            {
                watch.Offer(uri);
            }
        }
    }

    /// <summary>The upstream sent a log message, or a task's status, that belongs to no call. From any thread.</summary>
    public void TellNotice(ReadOnlyMemory<byte> message)
    {
        lock (_gate)
        {
            foreach (var watch in _watches.Where(watch => watch.WantsNotices))
            {
                watch.OfferNotice(message);
            }
        }
    }

    /// <summary>Puts a question to somebody who wants to hear of them; false when nobody does, or it is not clear who should.</summary>
    public bool TellQuestion(ReadOnlyMemory<byte> message)
    {
        lock (_gate)
        {
            var listening = _watches.Where(static watch => watch.WantsQuestions).ToList();
            if (listening.Count == 0 || listening.Exists(watch => watch.OnlyListener != listening[0].OnlyListener))
            {
                return false;
            }

            // Of one listener's watches the latest is the one that it is not about to leave.
            return (listening[0].OnlyListener is null ? listening[0] : listening[^1]).TryOfferQuestion(message);
        }
    }

    private HashSet<string> TakeAllowed(ImmutableArray<string> uris, string principalId)
    {
        var own = _watches.Where(watch => watch.PrincipalId == principalId).SelectMany(watch => watch.Uris).ToHashSet(StringComparer.Ordinal);
        var others = _resources.Keys.Count(uri => !own.Contains(uri));
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var uri in uris)
        {
            var isNew = !own.Contains(uri) && !_resources.ContainsKey(uri);
            if (own.Contains(uri) || (own.Count < principalLimit && (!isNew || own.Count + others < limit)))
            {
                own.Add(uri);
                taken.Add(uri);
            }
        }

        return taken;
    }

    private void Take(string uri, ConnectionWatch watch)
    {
        if (!_resources.TryGetValue(uri, out var resource))
        {
            _resources[uri] = resource = new Resource();
        }

        resource.Watches++;
        if (IsRecent(resource))
        {
            watch.Offer(resource.Updated);
        }
    }

    private bool IsRecent(Resource resource) => resource.UpdatedAt != 0 && time.GetElapsedTime(resource.UpdatedAt) < s_kept;

    private TimeSpan KeptFor()
    {
        lock (_gate)
        {
            var left = Timeout.InfiniteTimeSpan;
            var released = _resources.Values.Where(resource => resource.Watches == 0).Select(resource => resource.ReleasedAt);
            foreach (var since in _watches.IsEmpty && _callsEndedAt is { } ended ? released.Append(ended) : released)
            {
                var kept = s_kept - time.GetElapsedTime(since);
                kept = kept > TimeSpan.Zero ? kept : TimeSpan.Zero;
                left = left == Timeout.InfiniteTimeSpan || kept < left ? kept : left;
            }

            return left;
        }
    }

    private sealed class Resource
    {
        public int Watches { get; set; }

        public bool IsRefused { get; set; }

        /// <summary>Somebody was told that the upstream tells of it, or will.</summary>
        public bool IsPromised { get; set; }

        public long ReleasedAt { get; set; }

        /// <summary>What the upstream told of last: it, or something below it.</summary>
        public string Updated { get; set; } = "";

        /// <summary>When the upstream told of it last; 0 for never.</summary>
        public long UpdatedAt { get; set; }
    }
}

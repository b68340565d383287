using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using McpGateway.Frontend.Feed;

namespace McpGateway.Frontend.Access;

/// <summary>
/// What grains said of tokens or users, kept until the feed names them. A key that is unknown is loaded in single flight. While the
/// feed is lost each use asks again; where nobody answers, what was known goes on being served for the grace, then nobody knows.
/// </summary>
/// <typeparam name="TEntry">Null from <paramref name="ask"/> means "there is none", which is kept for a few seconds.</typeparam>
internal sealed partial class AccessCache<TEntry>(
    Func<string, CancellationToken, Task<TEntry?>> ask, FeedStatus feed, AccessOptions options, TimeProvider time, ILogger logger)
    where TEntry : class
{
    private static readonly TimeSpan s_refusalKept = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_askWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_askPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_firstAskWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_reportPause = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Slot> _slots = new();
    private int _trimming;
    private long _reportedAt;

    /// <summary>The warm path: what is known and certain. No lock, no allocation, no call.</summary>
    public bool TryGet(ReadOnlySpan<char> key, [NotNullWhen(true)] out TEntry? entry)
    {
        entry = null;
        if (!feed.IsLive || !_slots.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var slot))
        {
            return false;
        }

        var known = slot.Known;
        if (known?.Entry is null)
        {
            return false;
        }

        slot.UsedAt = time.GetTimestamp();
        entry = known.Entry;
        return true;
    }

    /// <summary>Everything else: asks where it must.</summary>
    public async ValueTask<AccessAnswer<TEntry>> GetAsync(string key)
    {
        if (!_slots.TryGetValue(key, out var slot))
        {
            slot = _slots.GetOrAdd(key, static (_, now) => new Slot { UsedAt = now }, time.GetTimestamp());
            Trim();
        }

        slot.UsedAt = time.GetTimestamp();
        var known = slot.Known;
        if (known is not null && IsCertain(known))
        {
            return new(known.Entry, true);
        }

        var answer = IsPausing(slot) ? null : await AskAsync(key, slot, known is null ? s_firstAskWait : s_askWait);
        return answer ?? ServeOn(known);
    }

    /// <summary>Forgets one key; a load of it under way serves those who wait for it and is not kept.</summary>
    public void Remove(string key) => _slots.TryRemove(key, out _);

    /// <summary>Forgets what <paramref name="matches"/>, and everything that is still being loaded.</summary>
    public void RemoveWhere(Func<TEntry, bool> matches)
    {
        foreach (var pair in _slots)
        {
            if (pair.Value.Known is not { } known || (known.Entry is not null && matches(known.Entry)))
            {
                _slots.TryRemove(pair);
            }
        }
    }

    public void Clear() => _slots.Clear();

    /// <summary>What is known now, in no order.</summary>
    public IEnumerable<TEntry> Entries => _slots.Select(pair => pair.Value.Known?.Entry).OfType<TEntry>();

    private bool IsCertain(Known known) =>
        feed.IsLive && (known.Entry is not null || time.GetElapsedTime(known.AskedAt) < s_refusalKept);

    private bool IsPausing(Slot slot) =>
        Volatile.Read(ref slot.FailedAt) is not 0 and var failedAt && time.GetElapsedTime(failedAt) < s_askPause;

    /// <summary>Asks, joining a question under way; null when nobody answered in time.</summary>
    private async Task<AccessAnswer<TEntry>?> AskAsync(string key, Slot slot, TimeSpan wait)
    {
        Task<Known> load;
        lock (slot.Gate)
        {
            load = slot.Load ??= LoadAsync(key, slot);
        }

        try
        {
            return new((await load.WaitAsync(wait, time)).Entry, true);
        }
        catch (Exception exception)
        {
            // Whatever went wrong, time-out or broken node: we do not know.
            Volatile.Write(ref slot.FailedAt, Math.Max(time.GetTimestamp(), 1));
            Report(exception);
            return null;
        }
    }

    private async Task<Known> LoadAsync(string key, Slot slot)
    {
        await Task.Yield();
        try
        {
            var askedAt = time.GetTimestamp();
            var known = new Known(await ask(key, CancellationToken.None), askedAt);

            // If the feed named the key meanwhile the slot is no longer in the table, and this answer ends with those who wait for it.
            slot.Known = known;
            Volatile.Write(ref slot.FailedAt, 0);
            return known;
        }
        finally
        {
            lock (slot.Gate)
            {
                slot.Load = null;
            }
        }
    }

    // An outage fails every request; one line in a while says as much as a thousand.
    private void Report(Exception exception)
    {
        var now = Math.Max(time.GetTimestamp(), 1);
        var last = Volatile.Read(ref _reportedAt);
        if ((last == 0 || time.GetElapsedTime(last, now) >= s_reportPause) && Interlocked.CompareExchange(ref _reportedAt, now, last) == last)
        {
            LogUnanswered(logger, typeof(TEntry).Name, exception);
        }
    }

    private AccessAnswer<TEntry> ServeOn(Known? known)
    {
        if (known is null)
        {
            return new(null, false);
        }

        // Certain was what the feed kept right until it was lost, or what was asked after that.
        var certainAt = Math.Max(known.AskedAt, feed.HeardAt ?? 0);
        return time.GetElapsedTime(certainAt) <= options.OfflineGrace + FeedStatus.LostAfter
            ? new(known.Entry, true)
            : new(null, false);
    }

    /// <summary>Over the limit, the tenth that was not used for longest goes.</summary>
    private void Trim()
    {
        if (_slots.Count <= options.CacheSize || Interlocked.Exchange(ref _trimming, 1) == 1)
        {
            return;
        }

        foreach (var pair in _slots.ToArray().OrderBy(pair => pair.Value.UsedAt).Take((options.CacheSize / 10) + 1))
        {
            _slots.TryRemove(pair);
        }

        Volatile.Write(ref _trimming, 0);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody answers for access records ({Kind}); known ones are served for the grace.")]
    private static partial void LogUnanswered(ILogger logger, string kind, Exception exception);

    private sealed record Known(TEntry? Entry, long AskedAt);

    private sealed class Slot
    {
        public readonly Lock Gate = new();
        public volatile Known? Known;
        public Task<Known>? Load;
        public long FailedAt;
        public long UsedAt;
    }
}

/// <summary>What is known of a key.</summary>
/// <param name="Entry">Null: there is none, or nobody knows.</param>
/// <param name="IsKnown">False when nobody could be asked.</param>
internal readonly record struct AccessAnswer<TEntry>(TEntry? Entry, bool IsKnown)
    where TEntry : class;

namespace McpGateway.Grains.Seam;

/// <summary>
/// The response time-out of all calls. It is the same for all, so they expire in the order in which they came: a list and a coarse clock
/// do instead of a timer per call. Work expires at most a twentieth of the limit early, never late but by the timer's own lateness.
/// </summary>
internal sealed class Deadlines : IDisposable
{
    private const int Steps = 20;

    private readonly Shard[] _shards = new Shard[Environment.ProcessorCount * 2];
    private readonly ITimer _timer;
    private long _now;

    public Deadlines(TimeSpan limit, TimeProvider time)
    {
        for (var index = 0; index < _shards.Length; index++)
        {
            _shards[index] = new Shard();
        }

        var step = limit / Steps;
        _timer = time.CreateTimer(static deadlines => ((Deadlines)deadlines!).Tick(), this, step, step);
    }

    public void Add(Work work)
    {
        var shard = _shards[Environment.CurrentManagedThreadId % _shards.Length];
        work.Deadline.Shard = shard;
        lock (shard.Gate)
        {
            work.Deadline.Due = Volatile.Read(ref _now) + Steps;
            work.Deadline.Before = shard.Last;
            if (shard.Last is { } last)
            {
                last.Deadline.After = work;
            }
            else
            {
                shard.First = work;
            }

            shard.Last = work;
        }
    }

    /// <summary>Takes it off the list; nothing if it is on none.</summary>
    public static void Remove(Work work)
    {
        if (work.Deadline.Shard is { } shard)
        {
            lock (shard.Gate)
            {
                shard.Unlink(work);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        var now = Interlocked.Increment(ref _now);
        foreach (var shard in _shards)
        {
            while (shard.TakeDue(now) is { } work)
            {
                work.Expire();
            }
        }
    }

    public sealed class Shard
    {
        public Lock Gate { get; } = new();

        public Work? First { get; set; }

        public Work? Last { get; set; }

        public Work? TakeDue(long now)
        {
            lock (Gate)
            {
                if (First is not { } first || first.Deadline.Due > now)
                {
                    return null;
                }

                Unlink(first);
                return first;
            }
        }

        public void Unlink(Work work)
        {
            var (before, after) = (work.Deadline.Before, work.Deadline.After);
            if (before is null && First != work)
            {
                return;
            }

            if (before is null)
            {
                First = after;
            }
            else
            {
                before.Deadline.After = after;
            }

            if (after is null)
            {
                Last = before;
            }
            else
            {
                after.Deadline.Before = before;
            }

            work.Deadline = default;
        }
    }
}

/// <summary>A link of the list, kept in the work itself.</summary>
internal struct Deadline
{
    public Deadlines.Shard? Shard;
    public Work? Before;
    public Work? After;
    public long Due;
}

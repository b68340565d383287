namespace McpGateway.Grains.Seam;

/// <summary>
/// The response time-out of all calls. It is the same for all, so they expire in the order in which they came: a list and a coarse clock
/// do instead of a timer per call. Work expires up to a twentieth of the limit early.
/// </summary>
internal sealed class Deadlines : IDisposable
{
    private const int Steps = 20;

    private readonly Lock _gate = new();
    private readonly LinkedList<Work> _works = new();
    private readonly ITimer _timer;
    private long _now;

    public Deadlines(TimeSpan limit, TimeProvider time)
    {
        var step = limit / Steps;
        _timer = time.CreateTimer(static deadlines => ((Deadlines)deadlines!).Tick(), this, step, step);
    }

    public void Add(Work work)
    {
        lock (_gate)
        {
            work.Due = _now + Steps;
            _works.AddLast(work.Place);
        }
    }

    /// <summary>Takes it off the list; nothing if it is not on it.</summary>
    public void Remove(Work work)
    {
        lock (_gate)
        {
            if (work.Place.List is not null)
            {
                _works.Remove(work.Place);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        lock (_gate)
        {
            _now++;
        }

        while (TakeDue() is { } work)
        {
            work.Expire();
        }
    }

    private Work? TakeDue()
    {
        lock (_gate)
        {
            if (_works.First is not { } first || first.Value.Due > _now)
            {
                return null;
            }

            _works.RemoveFirst();
            return first.Value;
        }
    }
}

namespace McpGateway.Frontend.Overload;

/// <summary>How long something took recently: a moving mean. Of values that are noted at the same moment one may be lost, which does no harm.</summary>
internal sealed class RecentTime
{
    // A value's weight: the mean follows a change within some tens of calls, and one that hung does not make it.
    private const int Weight = 16;

    private long _meanTicks;

    /// <summary>Zero before the first value.</summary>
    public TimeSpan Mean => new(Volatile.Read(ref _meanTicks));

    public void Note(TimeSpan took)
    {
        var mean = Volatile.Read(ref _meanTicks);
        Volatile.Write(ref _meanTicks, mean == 0 ? took.Ticks : mean + ((took.Ticks - mean) / Weight));
    }
}

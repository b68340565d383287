namespace McpGateway.Frontend.Overload;

/// <summary>A number of places, taken and given back without a lock.</summary>
internal sealed class Places(int limit)
{
    private int _limit = limit;
    private int _free = limit;

    public int Limit => Volatile.Read(ref _limit);

    /// <summary>How many are taken: more than there are where <see cref="TakeAnyway"/> or a lower limit made it so.</summary>
    public int Taken => Math.Max(Limit - Volatile.Read(ref _free), 0);

    public bool TryTake()
    {
        var free = Volatile.Read(ref _free);
        while (free > 0)
        {
            var seen = Interlocked.CompareExchange(ref _free, free - 1, free);
            if (seen == free)
            {
                return true;
            }

            free = seen;
        }

        return false;
    }

    /// <summary>Takes one although there may be none: nobody gets another until there are enough again.</summary>
    public void TakeAnyway() => Interlocked.Decrement(ref _free);

    public void Give() => Interlocked.Increment(ref _free);

    /// <summary>One caller at a time.</summary>
    public void Resize(int limit) => Interlocked.Add(ref _free, limit - Interlocked.Exchange(ref _limit, limit));
}

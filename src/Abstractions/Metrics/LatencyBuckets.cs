namespace McpGateway.Abstractions.Metrics;

/// <summary>
/// The latency histogram's buckets, the same in every node and for ever: eight per power of two above 2^5 µs, so that a percentile is
/// exact to about 9 %. Bucket 0 holds everything up to 32 µs, the last one everything above 2^28 µs (4.5 minutes).
/// </summary>
public static class LatencyBuckets
{
    private const int FirstExponent = 5;
    private const int LastExponent = 28;
    private const int PerOctave = 8;

    /// <summary>Number of buckets.</summary>
    public const int Count = ((LastExponent - FirstExponent) * PerOctave) + 2;

    /// <summary>The bucket that counts a call of this length.</summary>
    public static int IndexOf(long microseconds)
    {
        if (microseconds < 1L << FirstExponent)
        {
            return 0;
        }

        if (microseconds >= 1L << LastExponent)
        {
            return Count - 1;
        }

        var exponent = System.Numerics.BitOperations.Log2((ulong)microseconds);
        var part = (int)((microseconds - (1L << exponent)) >> (exponent - 3));
        return ((exponent - FirstExponent) * PerOctave) + part + 1;
    }

    /// <summary>The length, in microseconds, at which this bucket ends.</summary>
    public static double UpperBoundMicroseconds(int bucket)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bucket);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(bucket, Count);
        if (bucket == 0)
        {
            return 1L << FirstExponent;
        }

        if (bucket == Count - 1)
        {
            return double.PositiveInfinity;
        }

        var exponent = FirstExponent + ((bucket - 1) / PerOctave);
        return (1L << exponent) * (1.0 + ((((bucket - 1) % PerOctave) + 1) / (double)PerOctave));
    }

    /// <summary>The value, in milliseconds, under which the share <paramref name="quantile"/> of all counted calls lies.</summary>
    /// <param name="counts">A count per bucket.</param>
    /// <param name="quantile">0 to 1.</param>
    public static double Percentile(ReadOnlySpan<long> counts, double quantile)
    {
        long total = 0;
        foreach (var count in counts)
        {
            total += count;
        }

        if (total == 0)
        {
            return 0;
        }

        var rank = (long)Math.Ceiling(quantile * total);
        long seen = 0;
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            if (counts[bucket] == 0 || (seen += counts[bucket]) < rank)
            {
                continue;
            }

            var lower = bucket == 0 ? 0 : UpperBoundMicroseconds(bucket - 1);
            var upper = bucket == Count - 1 ? lower : UpperBoundMicroseconds(bucket);
            var within = (rank - (seen - counts[bucket])) / (double)counts[bucket];
            return (lower + ((upper - lower) * within)) / 1000;
        }

        return 0;
    }
}

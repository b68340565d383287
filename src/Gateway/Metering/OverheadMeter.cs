using System.Numerics;
using McpGateway.Gateway.Telemetry;

namespace McpGateway.Gateway.Metering;

/// <summary>Where the time of this process's calls went: a histogram a stage, written without locks.</summary>
public sealed class OverheadMeter
{
    /// <summary>Buckets end at powers of two of a microsecond, from 1 µs to 16.8 s; the last one has what took longer.</summary>
    public const int Buckets = 26;

    private const int MaxStripes = 16;

    private static readonly double s_microsecondsPerTick = CallTimes.SecondsPerTick * 1e6;

    private static readonly KeyValuePair<string, object?>[] s_tags =
        [.. Enum.GetValues<CallStage>().Select(static stage => KeyValuePair.Create("gateway.stage", (object?)stage.Name()))];

    // Every call writes to every stage: processors have stripes of their own, or they would take the memory from each other.
    private readonly Stripe[] _stripes =
        [.. Enumerable.Range(0, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, MaxStripes))).Select(static _ => new Stripe())];

    public void Record(in CallTimes times)
    {
        var stripe = _stripes[Thread.GetCurrentProcessorId() & (_stripes.Length - 1)];
        for (var stage = 0; stage < CallTimes.Count; stage++)
        {
            stripe.Record(stage, times[(CallStage)stage]);
        }

        if (GatewayTelemetry.Overhead.Enabled)
        {
            Tell(times);
        }
    }

    public long Count(CallStage stage, int bucket) => _stripes.Sum(stripe => stripe.Count((int)stage, bucket));

    public double Seconds(CallStage stage) => _stripes.Sum(stripe => stripe.Ticks((int)stage)) * CallTimes.SecondsPerTick;

    /// <summary>Where a bucket ends, in seconds.</summary>
    public static double UpperBoundSeconds(int bucket) => bucket == Buckets - 1 ? double.PositiveInfinity : (1L << bucket) / 1e6;

    internal static int IndexOf(long ticks)
    {
        var microseconds = ticks * s_microsecondsPerTick;
        return microseconds <= 1 ? 0 : Math.Min(BitOperations.Log2((uint)Math.Min(Math.Ceiling(microseconds) - 1, uint.MaxValue)) + 1, Buckets - 1);
    }

    private static void Tell(in CallTimes times)
    {
        for (var stage = 0; stage < CallTimes.Count; stage++)
        {
            GatewayTelemetry.Overhead.Record(times[(CallStage)stage] * CallTimes.SecondsPerTick, s_tags[stage]);
        }
    }

    private sealed class Stripe
    {
        private readonly long[] _counts = new long[CallTimes.Count * Buckets];
        private readonly long[] _ticks = new long[CallTimes.Count];

        public void Record(int stage, long ticks)
        {
            Interlocked.Increment(ref _counts[(stage * Buckets) + IndexOf(ticks)]);
            if (ticks != 0)
            {
                Interlocked.Add(ref _ticks[stage], ticks);
            }
        }

        public long Count(int stage, int bucket) => Volatile.Read(ref _counts[(stage * Buckets) + bucket]);

        public long Ticks(int stage) => Volatile.Read(ref _ticks[stage]);
    }
}

using System.Diagnostics;

namespace McpGateway.Gateway.Metering;

/// <summary>The parts of one call's time, in ticks of <see cref="Stopwatch"/>.</summary>
public readonly record struct CallTimes(long Auth, long Policy, long Queue, long Connect, long FirstByte, long Upstream, long Own, long Total)
{
    public static int Count { get; } = Enum.GetValues<CallStage>().Length;

    public static double SecondsPerTick { get; } = 1.0 / Stopwatch.Frequency;

    public long this[CallStage stage] => stage switch
    {
        CallStage.Auth => Auth,
        CallStage.Policy => Policy,
        CallStage.Queue => Queue,
        CallStage.Connect => Connect,
        CallStage.FirstByte => FirstByte,
        CallStage.Upstream => Upstream,
        CallStage.Own => Own,
        _ => Total,
    };
}

namespace McpGateway.Grains.Seam;

/// <summary>How the embedded host runs grains. The defaults are those that the clustered edition gives Orleans.</summary>
internal sealed class EmbeddedHostOptions
{
    /// <summary>A grain that nobody calls for this long, or up to a quarter longer, is deactivated. 10 minutes.</summary>
    public TimeSpan IdleAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>A call without an answer after this time fails at its caller. Streams have no such limit. 5 seconds.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an activation, the last calls before a deactivation, and a deactivation may take each. 30 seconds.</summary>
    public TimeSpan LifecycleLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A grain with so many waiting turns refuses further calls. 10,000.</summary>
    public int MaxQueuedTurns { get; set; } = 10_000;

    /// <summary>For tests: copy what crosses a grain boundary through a serializer, as a process boundary would. Off.</summary>
    public bool CopyArguments { get; set; }

    /// <summary>For tests: the probability, at each item, that its stream breaks as by the death of a node. 0.</summary>
    public double BreakStreams { get; set; }
}

namespace McpGateway.Grains.Upstreams;

/// <summary>Growing pauses: the first, then twice as long each time, up to the longest.</summary>
internal static class BackOff
{
    private static readonly TimeSpan s_longestLook = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_longestRestart = TimeSpan.FromSeconds(30);

    /// <summary>Before an upstream that did not answer is asked again: 1 s, 2, 4 … 60.</summary>
    public static TimeSpan Look(int failures) => Double(failures - 1, s_longestLook);

    /// <summary>Before a connection that ended is opened again: 0, 1 s, 2, 4 … 30.</summary>
    public static TimeSpan Restart(int ends) => ends <= 1 ? TimeSpan.Zero : Double(ends - 2, s_longestRestart);

    private static TimeSpan Double(int times, TimeSpan longest) => times > 16 ? longest : TimeSpan.FromSeconds(Math.Min(1L << Math.Max(times, 0), longest.TotalSeconds));
}

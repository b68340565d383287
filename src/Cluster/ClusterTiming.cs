namespace McpGateway.Cluster;

/// <summary>The times by which a dead node is found and replaced. Measured together (docs/OPERATIONS.md); one alone changes little.</summary>
internal static class ClusterTiming
{
    /// <summary>A grain call that takes longer has failed, on both sides; what may take longer is a stream.</summary>
    public static readonly TimeSpan Response = TimeSpan.FromSeconds(5);

    /// <summary>Silos look after each other so often.</summary>
    public static readonly TimeSpan Probe = TimeSpan.FromSeconds(1);

    public const int MissedProbes = 2;

    /// <summary>With three or more silos two must agree that one is dead; of two, one alone can say so.</summary>
    public const int Votes = 2;

    /// <summary>So often the membership is read although nothing was heard of changes.</summary>
    public static readonly TimeSpan TableRefresh = TimeSpan.FromSeconds(5);

    /// <summary>So long a crashed silo's part of the grain directory is kept shut: a silo that is declared dead and still runs needs to notice.</summary>
    public static readonly TimeSpan RangeLease = TimeSpan.FromSeconds(4);

    /// <summary>A client that no silo can be found for tries again after so long.</summary>
    public static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(2);
}

namespace McpGateway.Dashboard.Cluster;

/// <summary>Keys of grains whose key says nothing.</summary>
internal static class GrainKeys
{
    /// <summary>Any stateless worker, and any shard where any one answers for all.</summary>
    public const string Worker = "0";
}

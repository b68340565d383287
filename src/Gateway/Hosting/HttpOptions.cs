namespace McpGateway.Gateway.Hosting;

/// <summary>Limits and names of our HTTP side. Section <c>Http</c>.</summary>
public sealed class HttpOptions
{
    public const string Section = "Http";

    /// <summary>What <see cref="StopDelay"/> is where other nodes serve on: two health checks of a usual load balancer, and a bit.</summary>
    public static TimeSpan ClusterStopDelay { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes that a request's body may have. Default: 4 MiB.</summary>
    public long MaxRequestBodyBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// How long a node that is told to stop serves on, so that load balancers and clients leave it first; at least as long as a load balancer
    /// needs to see that <c>/ready</c> fails. Default: none where there is one process, 5 s in the cluster.
    /// </summary>
    public TimeSpan StopDelay { get; set; }

    /// <summary>The address clients reach us at (<c>https://mcp.example.com</c>), for what they paste. Default: as the request says.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>The command that starts the stdio bridge, for what clients paste. Default: this installation's <c>run.sh</c>.</summary>
    public string? BridgeCommand { get; set; }
}

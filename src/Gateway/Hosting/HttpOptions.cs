namespace McpGateway.Gateway.Hosting;

/// <summary>Limits and names of our HTTP side. Section <c>Http</c>.</summary>
public sealed class HttpOptions
{
    public const string Section = "Http";

    /// <summary>Bytes that a request's body may have. Default: 4 MiB.</summary>
    public long MaxRequestBodyBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The address clients reach us at (<c>https://mcp.example.com</c>), for what they paste. Default: as the request says.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>The command that starts the stdio bridge, for what clients paste. Default: this installation's <c>run.sh</c>.</summary>
    public string? BridgeCommand { get; set; }
}

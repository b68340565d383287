namespace McpGateway.Gateway.Hosting;

/// <summary>Who may stand between clients and us, and under which names we are reached. Section <c>Network</c>.</summary>
public sealed class NetworkOptions
{
    public const string Section = "Network";

    /// <summary>Networks (CIDR) of proxies whose <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c> are believed. Default: none.</summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>Values of <c>Host</c> that are served, without port; <c>*.example.com</c> for all names below. Default: any, but on loopback only local names.</summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Web pages of these origins (<c>https://app.example.com</c>) may call us from a browser. Default: none but our own.</summary>
    public IList<string> AllowedOrigins { get; } = [];
}

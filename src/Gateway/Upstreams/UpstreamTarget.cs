using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams.Http;
using McpGateway.Gateway.Upstreams.Stdio;

namespace McpGateway.Gateway.Upstreams;

/// <summary>An upstream's settings, opened and ready for use: where it is, or what to start.</summary>
/// <param name="Url">Null for stdio.</param>
/// <param name="Launch">Null unless stdio.</param>
public sealed record UpstreamTarget(string Id, TransportKind Transport, Uri? Url, UpstreamHeader[] Headers, StdioLaunch? Launch)
{
    /// <summary>For the transports over HTTP.</summary>
    /// <exception cref="UpstreamException">There is no usable address.</exception>
    public HttpEndpoint Endpoint => Url is { IsAbsoluteUri: true, Scheme: "http" or "https" } url
        ? new HttpEndpoint(Id, url, Headers)
        : throw new UpstreamException(UpstreamFault.Unreachable, "The upstream has no http or https address.");
}

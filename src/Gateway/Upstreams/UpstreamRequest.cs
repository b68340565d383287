using System.Diagnostics;

namespace McpGateway.Gateway.Upstreams;

/// <summary>A request to an upstream that knows when a connection was begun for it, as a timestamp; 0 when it took one that was there.</summary>
public sealed class UpstreamRequest(HttpMethod method, Uri? uri) : HttpRequestMessage(method, uri)
{
    public long ConnectingAt { get; private set; }

    internal void NoteConnecting() => ConnectingAt = Stopwatch.GetTimestamp();
}

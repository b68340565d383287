using System.Text;
using McpGateway.Frontend.Routing;
using McpGateway.Gateway.Upstreams;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Frontend.Relay;

/// <summary>Messages to a Streamable HTTP upstream beside its calls: nobody waits for an answer, and what becomes of them changes no call.</summary>
internal sealed partial class UpstreamAsides(UpstreamHttp http, TimeProvider time, ILogger<UpstreamAsides> logger)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Sends a message; returns when the upstream has taken it or was given up.</summary>
    public async ValueTask SendAsync(UpstreamLink link, string? sessionId, ReadOnlyMemory<byte> message)
    {
        using var patience = new CancellationTokenSource(s_patience, time);
        try
        {
            using var request = UpstreamRequests.Post(link, sessionId, message);
            using var response = await http.For(link.Route.Id).SendAsync(request, patience.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            LogLost(logger, exception, link.Route.Name);
        }
    }

    /// <summary>Asks for the rest of an answer whose stream ended; null when it cannot be had now.</summary>
    public async ValueTask<HttpResponseMessage?> ResumeAsync(UpstreamLink link, string? sessionId, string lastEventId, CancellationToken cancellationToken)
    {
        using var request = UpstreamRequests.Resume(link, sessionId, lastEventId);
        try
        {
            var response = await http.For(link.Route.Id).SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode && UpstreamMessages.IsEventStream(response.Content.Headers.ContentType))
            {
                return response;
            }

            response.Dispose();
            return null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            LogLost(logger, exception, link.Route.Name);
            return null;
        }
    }

    /// <summary>Tells a legacy upstream from which level on its session wants logs.</summary>
    public async ValueTask SetLogLevelAsync(UpstreamLink link, string? sessionId, string level)
    {
        using var message = new PooledBuffer(256);
        JsonRpcWriter.WriteRequest(
            message, Encoding.ASCII.GetBytes($"\"level-{UpstreamLink.NextId()}\""), "logging/setLevel", Encoding.ASCII.GetBytes($$"""{"level":"{{level}}"}"""));
        await SendAsync(link, sessionId, message.Written);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A message beside a call to {Upstream} was lost")]
    private static partial void LogLost(ILogger logger, Exception exception, string upstream);
}

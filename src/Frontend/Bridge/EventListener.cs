using System.Net;
using McpGateway.Gateway.Hosting;

namespace McpGateway.Frontend.Bridge;

/// <summary>
/// Keeps the session's GET stream open, on which the gateway says that lists have changed, and opens it again when it breaks.
/// </summary>
internal sealed partial class EventListener(
    GatewayEndpoint endpoint, LineWriter output, int maxMessageBytes, TimeProvider time, ILogger<EventListener> logger)
{
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    private string? _lastEventId;

    /// <summary>Runs until it is cancelled or the gateway says that there is nothing to listen to.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = new GrowingPause(s_shortestPause, s_longestPause, time);
        try
        {
            while (true)
            {
                var outcome = await ListenAsync(cancellationToken);
                if (outcome == Outcome.Pointless)
                {
                    return;
                }

                if (outcome == Outcome.Ended)
                {
                    pause.Reset();
                }

                await pause.WaitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The session, or the bridge, ends.
        }
    }

    private async Task<Outcome> ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await endpoint.ListenAsync(_lastEventId, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                LogRefused(logger, (int)response.StatusCode);
                return IsFinal(response.StatusCode) ? Outcome.Pointless : Outcome.Failed;
            }

            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var events = new EventLines(stream, maxMessageBytes);
            while (await events.ReadAsync(cancellationToken) is { } message)
            {
                await output.WriteAsync(message);
                _lastEventId = events.LastEventId ?? _lastEventId;
            }

            return Outcome.Ended;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidDataException)
        {
            LogBroken(logger, exception.Message);
            return Outcome.Failed;
        }
    }

    // Busy and broken gateways recover; what the rest says stays so for this session.
    private static bool IsFinal(HttpStatusCode status) =>
        status is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not HttpStatusCode.TooManyRequests and not HttpStatusCode.RequestTimeout;

    private enum Outcome
    {
        Ended,
        Failed,
        Pointless,
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The gateway does not open the event stream: status {Status}")]
    private static partial void LogRefused(ILogger logger, int status);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The event stream broke: {Reason}")]
    private static partial void LogBroken(ILogger logger, string reason);
}

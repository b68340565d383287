using McpGateway.Abstractions.Seam;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Mcp;

/// <summary>Runs the work of a request to its end: whatever goes wrong, the client gets an answer.</summary>
internal sealed partial class RequestGuard(ILogger<RequestGuard> logger)
{
    public async Task RunAsync(McpExchange exchange, Func<McpExchange, ValueTask> work)
    {
        try
        {
            await work(exchange);
        }
        catch (OperationCanceledException) when (exchange.Reply.ClientGone.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (Exception exception) when (GrainFailure.IsTransient(exception))
        {
            await exchange.RefuseAsync(McpErrorCode.Unavailable, "The gateway cannot do this at the moment; try again.");
        }
        catch (Exception exception)
        {
            LogFailed(logger, exception, McpMethods.Name(exchange.Envelope.Method), exchange.RequestId);
            await exchange.FailAsync(McpErrorCode.InternalError, $"Internal error; request id {exchange.RequestId}.");
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed; request id {RequestId}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method, string requestId);
}

using System.Buffers;
using McpGateway.Abstractions.Seam;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Subscriptions;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Mcp;

/// <summary>One message of a client: what it asks for and who answers it.</summary>
internal sealed partial class McpDispatcher(
    ServerLists lists, CallRelay calls, LogLevels levels, ListenEndpoint listens, SessionSubscriptions subscriptions, ILogger<McpDispatcher> logger)
{
    /// <summary>Serves a request to its end; whatever goes wrong, the client gets an answer.</summary>
    public async Task ServeRequestAsync(McpExchange exchange)
    {
        try
        {
            await RouteAsync(exchange);
        }
        catch (OperationCanceledException) when (exchange.Reply.ClientGone.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (Exception exception) when (GrainFailure.IsTransient(exception))
        {
            await exchange.FailAsync(
                McpErrorCode.Unavailable, "The gateway cannot do this at the moment; try again.", modernStatus: StatusCodes.Status503ServiceUnavailable);
        }
        catch (Exception exception)
        {
            LogFailed(logger, exception, McpMethods.Name(exchange.Envelope.Method), exchange.RequestId);
            await exchange.FailAsync(McpErrorCode.InternalError, $"Internal error; request id {exchange.RequestId}.");
        }
    }

    /// <summary>Takes a notification, or a response to a question that nobody asked.</summary>
    public static void ServeOneWay(McpExchange exchange)
    {
        if (exchange.Envelope.Method == McpMethod.NotificationCancelled && exchange.Envelope.RequestId.IsPresent)
        {
            exchange.Session?.Cancel(RequestKey.Of(exchange.Slice(exchange.Envelope.RequestId)));
        }
    }

    private ValueTask RouteAsync(McpExchange exchange) => exchange.Envelope.Method switch
    {
        McpMethod.ToolsCall or McpMethod.PromptsGet or McpMethod.ResourcesRead or McpMethod.CompletionComplete => calls.ServeAsync(exchange),
        McpMethod.ToolsList or McpMethod.PromptsList or McpMethod.ResourcesList or McpMethod.ResourceTemplatesList => lists.AnswerAsync(exchange),
        McpMethod.Initialize => Handshake.InitializeAsync(exchange),
        McpMethod.Ping when !exchange.IsModern => AcknowledgeAsync(exchange),
        McpMethod.LoggingSetLevel when !exchange.IsModern => SetLevelAsync(exchange),
        McpMethod.ResourcesSubscribe when !exchange.IsModern => subscriptions.SubscribeAsync(exchange),
        McpMethod.ResourcesUnsubscribe when !exchange.IsModern => subscriptions.UnsubscribeAsync(exchange),
        McpMethod.ServerDiscover when exchange.IsModern => Handshake.DiscoverAsync(exchange),
        McpMethod.SubscriptionsListen when exchange.IsModern => listens.ServeAsync(exchange),
        _ => exchange.FailAsync(
            McpErrorCode.MethodNotFound,
            $"The method '{JsonStringBytes.GetString(exchange.Slice(exchange.Envelope.MethodName))}' does not exist in revision {exchange.Revision.Text()}.",
            modernStatus: StatusCodes.Status404NotFound),
    };

    private async ValueTask SetLevelAsync(McpExchange exchange)
    {
        var level = exchange.Envelope.Level.IsPresent ? JsonStringBytes.GetString(exchange.Slice(exchange.Envelope.Level)) : "";
        if (!LogLevels.IsKnown(level))
        {
            await exchange.FailAsync(McpErrorCode.InvalidParams, $"params.level: must be one of {LogLevels.Known}.");
            return;
        }

        await levels.SetAsync(exchange, level);
        await AcknowledgeAsync(exchange);
    }

    private static ValueTask AcknowledgeAsync(McpExchange exchange) => exchange.SucceedAsync(static (output, _) => output.Write("{}"u8), 0);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed; request id {RequestId}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method, string requestId);
}

using McpGateway.Frontend.Extensions;
using McpGateway.Frontend.Questions;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Subscriptions;
using McpGateway.Frontend.Tasks;
using McpGateway.Frontend.Telemetry;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Mcp;

/// <summary>One message of a client: what it asks for and who answers it.</summary>
internal sealed class McpDispatcher
{
    /// <summary>Why a response is refused; the same for ids that were altered, invented or given to somebody else.</summary>
    public const string NeverAsked = "id: this caller was not asked anything with this id.";

    private readonly ServerLists _lists;
    private readonly CallRelay _calls;
    private readonly LogLevels _levels;
    private readonly ListenEndpoint _listens;
    private readonly SessionSubscriptions _subscriptions;
    private readonly TaskEndpoint _tasks;
    private readonly TaskLists _taskLists;
    private readonly ExtensionEndpoint _extensions;
    private readonly ClientQuestions _questions;
    private readonly SessionTable _sessions;
    private readonly RequestGuard _guard;
    private readonly Func<McpExchange, ValueTask> _route;

    public McpDispatcher(
        ServerLists lists,
        CallRelay calls,
        LogLevels levels,
        ListenEndpoint listens,
        SessionSubscriptions subscriptions,
        TaskEndpoint tasks,
        TaskLists taskLists,
        ExtensionEndpoint extensions,
        ClientQuestions questions,
        SessionTable sessions,
        RequestGuard guard)
    {
        (_lists, _calls, _levels, _listens, _subscriptions) = (lists, calls, levels, listens, subscriptions);
        (_tasks, _taskLists, _extensions) = (tasks, taskLists, extensions);
        (_questions, _sessions, _guard) = (questions, sessions, guard);
        _route = RouteAsync; // Once, and not for every request.
    }

    /// <summary>Serves a request to its end; whatever goes wrong, the client gets an answer.</summary>
    public Task ServeRequestAsync(McpExchange exchange) => RequestTrace.IsWanted ? ServeTracedAsync(exchange) : _guard.RunAsync(exchange, _route);

    /// <summary>Takes a notification, or the response to a question. False for a response to what was never asked of this caller.</summary>
    public async ValueTask<bool> TakeOneWayAsync(McpExchange exchange)
    {
        if (exchange.Envelope.Kind is MessageKind.Response or MessageKind.ErrorResponse)
        {
            return await _questions.TakeAnswerAsync(exchange);
        }

        // A modern client's roots are asked for in each of its requests, and a client without session is not asked for them.
        switch (exchange.Envelope.Method)
        {
            case McpMethod.NotificationCancelled when exchange is { Session: { } session, Envelope.RequestId.IsPresent: true }:
                await _sessions.CancelAsync(session, RequestKey.Of(exchange.Slice(exchange.Envelope.RequestId)), exchange.Reply.ClientGone);
                break;
            case McpMethod.NotificationRootsListChanged when exchange.Session is { } session && session.Capabilities.HasFlag(ClientCapabilities.RootsListChanged):
                await _sessions.TellRootsChangedAsync(session, exchange.Reply.ClientGone);
                break;
            default:
                break;
        }

        return true;
    }

    private async Task ServeTracedAsync(McpExchange exchange)
    {
        using var trace = RequestTrace.Begin(exchange);
        exchange.Trace = trace;
        await _guard.RunAsync(exchange, _route);
    }

    private ValueTask RouteAsync(McpExchange exchange) => exchange.Envelope.Method switch
    {
        McpMethod.ToolsCall or McpMethod.PromptsGet or McpMethod.ResourcesRead or McpMethod.CompletionComplete => _calls.ServeAsync(exchange),
        McpMethod.ToolsList or McpMethod.PromptsList or McpMethod.ResourcesList or McpMethod.ResourceTemplatesList => _lists.AnswerAsync(exchange),
        McpMethod.Initialize => Handshake.InitializeAsync(exchange),
        McpMethod.Ping when !exchange.IsModern => AcknowledgeAsync(exchange),
        McpMethod.LoggingSetLevel when !exchange.IsModern => SetLevelAsync(exchange),
        McpMethod.ResourcesSubscribe when !exchange.IsModern => _subscriptions.SubscribeAsync(exchange),
        McpMethod.ResourcesUnsubscribe when !exchange.IsModern => _subscriptions.UnsubscribeAsync(exchange),
        McpMethod.ServerDiscover when exchange.IsModern => Handshake.DiscoverAsync(exchange),
        McpMethod.SubscriptionsListen when exchange.IsModern => _listens.ServeAsync(exchange),
        McpMethod.TasksGet or McpMethod.TasksUpdate or McpMethod.TasksCancel or McpMethod.TasksResult => _tasks.ServeAsync(exchange),
        McpMethod.TasksList => _taskLists.ServeAsync(exchange),
        McpMethod.SkillsList or McpMethod.SkillsGet or McpMethod.ResourcesDirectoryRead or McpMethod.Unknown => _extensions.ServeAsync(exchange),
        _ => exchange.FailUnknownMethodAsync(),
    };

    private async ValueTask SetLevelAsync(McpExchange exchange)
    {
        var level = exchange.Envelope.Level.IsPresent ? JsonStringBytes.GetString(exchange.Slice(exchange.Envelope.Level)) : "";
        if (!LogLevels.IsKnown(level))
        {
            await exchange.FailAsync(McpErrorCode.InvalidParams, $"params.level: must be one of {LogLevels.Known}.");
            return;
        }

        await _levels.SetAsync(exchange, level);
        await AcknowledgeAsync(exchange);
    }

    private static ValueTask AcknowledgeAsync(McpExchange exchange) => exchange.SucceedAsync(static (output, _) => output.Write("{}"u8), 0);
}

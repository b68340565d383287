using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Gateway.Routing;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>What a call to an upstream may have to do with tasks.</summary>
internal enum TaskUse
{
    /// <summary>Nothing, or a modern client leaves it to a modern upstream.</summary>
    None,

    /// <summary>A legacy client asked for a task, or the request concerns one.</summary>
    Asked,

    /// <summary>
    /// The gateway asks the upstream to make a task of the call: it serves the tool in no other way, or the client takes tasks of a form in
    /// which they are not asked for.
    /// </summary>
    Arranged,
}

internal static class TaskRules
{
    /// <summary>Whether the client takes a task for an answer to this call.</summary>
    public static bool Takes(McpExchange exchange) => exchange.Envelope.Method == McpMethod.ToolsCall
        && (exchange.IsModern ? Declares(exchange) : exchange.Revision.HasCoreTasks() && exchange.Envelope.Task.IsPresent);

    /// <summary>Whether a modern client declared the tasks extension in this request.</summary>
    public static bool Declares(McpExchange exchange) => ClientCapabilitiesJson.DeclareTasks(exchange.Slice(exchange.Envelope.ClientCapabilities));

    /// <summary>
    /// True for the error of a modern upstream that runs the tool as a task only: the legacy client cannot take tasks of its form, and the
    /// gateway can.
    /// </summary>
    public static bool IsRefusedForTasks(UpstreamCall call, ReadOnlySpan<byte> message, in ResultScan scan) =>
        scan.ErrorCode == McpErrorCode.MissingRequiredClientCapability
        && call is { Tasks: TaskUse.None, Link: { IsModern: true, HasTasks: true }, Exchange: { IsModern: false, Envelope.Method: McpMethod.ToolsCall } }
        && scan.ErrorData.Slice(message).IndexOf("io.modelcontextprotocol/tasks"u8) >= 0;

    public static TaskUse UseOf(McpExchange exchange, ItemRoute? route, UpstreamLink link, TaskRef? task)
    {
        if (task is not null)
        {
            return TaskUse.Asked;
        }

        if (exchange.Envelope.Method != McpMethod.ToolsCall || !link.HasTasks)
        {
            return TaskUse.None;
        }

        return !exchange.IsModern && Takes(exchange) ? TaskUse.Asked
            : !link.IsModern && RunsAsTask(exchange, route, link) ? TaskUse.Arranged
            : TaskUse.None;
    }

    private static bool RunsAsTask(McpExchange exchange, ItemRoute? route, UpstreamLink link) => route?.Tasks switch
    {
        TaskSupport.Required => true,
        // A task on a process or SSE stream cannot ask a modern client anything, and a call can.
        TaskSupport.Optional => exchange.IsModern && Declares(exchange) && (link.IsDirect || UpstreamCall.DeclaredTo(link, exchange) == ClientCapabilities.None),
        _ => false,
    };
}

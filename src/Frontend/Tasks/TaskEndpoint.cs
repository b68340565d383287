using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Gateway.Routing;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>
/// Serves the methods <c>tasks/*</c>. Where client and upstream have the same form of tasks they are relayed under the upstream's own id;
/// else the answer is put together from what the other form offers.
/// </summary>
internal sealed class TaskEndpoint(
    TaskIds ids, UpstreamTable upstreams, CallRelay calls, CoreTaskClients coreClients, ExtensionTaskClients extensionClients)
{
    public const string Unknown = "params.taskId: there is no such task, or it is somebody else's.";

    private static readonly byte[] s_required = Answers.Object(static writer =>
    {
        writer.WriteStartObject("requiredCapabilities"u8);
        writer.WriteStartObject("extensions"u8);
        writer.WriteStartObject(ExtensionIds.Tasks);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    public async ValueTask ServeAsync(McpExchange exchange)
    {
        if (!exchange.Server.Identity.HasTasks || !Knows(exchange))
        {
            await exchange.FailUnknownMethodAsync();
        }
        else if (exchange.IsModern && !TaskRules.Declares(exchange))
        {
            await exchange.FailAsync(
                McpErrorCode.MissingRequiredClientCapability,
                $"This needs the client capability extensions['{ExtensionIds.Tasks}'].",
                s_required,
                StatusCodes.Status400BadRequest);
        }
        else if (!exchange.Caller.Rights.Has(Permissions.ToolsExecute))
        {
            await exchange.FailAsync(GatewayError.Forbidden, $"This needs the permission '{PermissionNames.Of(Permissions.ToolsExecute).First()}'.");
        }
        else
        {
            await ServeTaskAsync(exchange);
        }
    }

    private async ValueTask ServeTaskAsync(McpExchange exchange)
    {
        // Also a task of an upstream that the virtual server does not have any more, or one that was made for a client of the other form.
        if (ids.Read(exchange) is not { } task || (task.IsKept && exchange.IsModern) || exchange.Server.Header.Upstreams.All(upstream => upstream.Id != task.UpstreamId))
        {
            await exchange.FailAsync(McpErrorCode.InvalidParams, Unknown);
            return;
        }

        var link = await upstreams.GetAsync(task.UpstreamId, exchange.Reply.ClientGone);
        if (link is not { Route.Enabled: true })
        {
            await exchange.FailAsync(GatewayError.CodeOf(UpstreamFault.Disabled), "The MCP server behind this is switched off.");
        }
        else if (exchange.IsModern == link.IsModern && !task.IsKept)
        {
            await calls.ServeAsync(exchange, link, task);
        }
        else
        {
            await (exchange.IsModern ? extensionClients.ServeAsync(exchange, link, task) : coreClients.ServeAsync(exchange, link, task));
        }
    }

    /// <summary>Whether the client's revision has the method.</summary>
    private static bool Knows(McpExchange exchange) => exchange.Envelope.Method switch
    {
        McpMethod.TasksGet or McpMethod.TasksCancel => exchange.IsModern || exchange.Revision.HasCoreTasks(),
        McpMethod.TasksUpdate => exchange.IsModern,
        McpMethod.TasksResult => exchange.Revision.HasCoreTasks(),
        _ => false,
    };
}

using McpGateway.Abstractions.Access;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Gateway.Metering;
using McpGateway.Gateway.Routing;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Extensions;

/// <summary>
/// Serves methods of extensions, known or not: the request goes to the upstream whose it is, and what comes back is passed on as it is.
/// Where nothing in the request says whose it is, a virtual server of several upstreams can serve reading alone.
/// </summary>
internal sealed class ExtensionEndpoint(
    ExtensionTargets targets, SkillLists skills, CallRelay calls, UpstreamQueries queries, IOptions<ExtensionOptions> options)
{
    public async ValueTask ServeAsync(McpExchange exchange)
    {
        var isSkills = exchange.Envelope.Method != McpMethod.Unknown;
        if (isSkills ? !exchange.Server.Identity.Offers(ExtensionIds.Skills) : !options.Value.PassUnknownMethods)
        {
            await exchange.FailUnknownMethodAsync();
            return;
        }

        var needed = isSkills ? Permissions.ResourcesRead : Permissions.ToolsExecute;
        if (!exchange.Caller.Rights.Has(needed))
        {
            await exchange.FailAsync(GatewayError.Forbidden, $"This needs the permission '{PermissionNames.Of(needed).First()}'.");
            return;
        }

        var found = await targets.FindAsync(exchange);
        if (isSkills && found.Count > 1)
        {
            found = [.. found.Where(static target => target.Link.Features.Extensions.ContainsKey(ExtensionIds.Skills))];
        }

        await ServeAsync(exchange, found);
    }

    private ValueTask ServeAsync(McpExchange exchange, IReadOnlyList<ExtensionTarget> found) => (found.Count, exchange.Envelope.Method) switch
    {
        (0, _) => exchange.FailUnknownMethodAsync(),
        (1, _) => calls.ServeAsync(exchange, found[0].Link, found[0].Task, found[0].Route),
        (_, McpMethod.SkillsList) => skills.ServeAsync(exchange, found),
        (_, McpMethod.Unknown) => exchange.FailAsync(
            McpErrorCode.MethodNotFound,
            $"The method '{JsonStringBytes.GetString(exchange.Slice(exchange.Envelope.MethodName))}' could be meant for any of {found.Count} MCP servers behind this endpoint.",
            modernStatus: StatusCodes.Status404NotFound),
        _ => AskEachAsync(exchange, found),
    };

    /// <summary>Reads from the first that has it.</summary>
    private ValueTask AskEachAsync(McpExchange exchange, IReadOnlyList<ExtensionTarget> found) => queries.RunAsync(exchange, found[0].Link, async running =>
    {
        QueryReply? reply = null;
        foreach (var target in found)
        {
            reply = await queries.AskAsync(exchange, target.Link, exchange.Body, running);
            running.TryPass(0, isProgress: true);
            if (reply.HasResult)
            {
                break;
            }
        }

        if (reply!.Raw.IsEmpty)
        {
            return reply.Outcome;
        }

        await exchange.Reply.CompleteAsync(reply.Raw);
        return RelayOutcome.Answered(reply.HasResult ? CallResult.Succeeded : CallResult.Failed);
    });
}

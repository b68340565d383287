using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Tasks;
using McpGateway.Gateway.Routing;

namespace McpGateway.Frontend.Extensions;

/// <summary>Whose a request of an extension is.</summary>
/// <param name="Link">The upstream.</param>
/// <param name="Route">The entry that the request names; null where it names none.</param>
/// <param name="Task">The task that the request names; null where it names none.</param>
internal readonly record struct ExtensionTarget(UpstreamLink Link, ItemRoute? Route, TaskRef? Task);

/// <summary>Finds the upstreams of a virtual server to which a request of an extension can belong.</summary>
internal sealed class ExtensionTargets(UpstreamTable upstreams, TaskIds tasks)
{
    private static readonly ItemKind[] s_kinds = Enum.GetValues<ItemKind>();

    /// <summary>
    /// The upstream that the request names, by a name, a URI or a task; else all that the caller sees, in the server's order. Those that are
    /// switched off are left out.
    /// </summary>
    public async ValueTask<IReadOnlyList<ExtensionTarget>> FindAsync(McpExchange exchange)
    {
        var route = CallTargets.FindNamed(exchange);
        var task = route is null ? tasks.Read(exchange) : null;
        var named = route?.Entry.UpstreamId ?? task?.UpstreamId;
        var targets = new List<ExtensionTarget>();
        foreach (var member in exchange.Server.Header.Upstreams.Where(member => named is null ? Sees(exchange, member) : member.Id == named))
        {
            if (await upstreams.GetAsync(member.Id, exchange.Reply.ClientGone) is { Route.Enabled: true } link)
            {
                targets.Add(new ExtensionTarget(link, route, task));
            }
        }

        return targets;
    }

    private static bool Sees(McpExchange exchange, SnapshotUpstream member) => exchange.View.IsAll
        || s_kinds.Any(kind => exchange.Server.Table(kind).Routes.Any(route => route.Entry.UpstreamId == member.Id && exchange.View.Includes(route)));
}

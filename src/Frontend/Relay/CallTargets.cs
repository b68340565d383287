using McpGateway.Abstractions.Access;
using McpGateway.Frontend.Mcp;
using McpGateway.Gateway.Routing;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Relay;

/// <summary>What a call is for: the entry of the virtual server that its name, URI or reference means to this caller.</summary>
internal static class CallTargets
{
    private const int StackBytes = 512;

    /// <summary>The permission a method needs.</summary>
    public static Permissions NeededFor(McpMethod method) => method switch
    {
        McpMethod.ToolsCall => Permissions.ToolsExecute,
        McpMethod.ResourcesRead or McpMethod.ResourcesSubscribe => Permissions.ResourcesRead,
        _ => Permissions.PromptsRead,
    };

    /// <summary>The entry; null for one that does not exist or that the caller does not see.</summary>
    public static ItemRoute? Find(McpExchange exchange)
    {
        ref readonly var envelope = ref exchange.Envelope;
        var route = envelope.Method switch
        {
            McpMethod.ToolsCall => Find(exchange, exchange.Server.Tools, envelope.Name) ?? FindAlias(exchange, envelope.Name),
            McpMethod.PromptsGet => Find(exchange, exchange.Server.Prompts, envelope.Name),
            McpMethod.ResourcesRead => Find(exchange, exchange.Server.Resources, envelope.Uri) ?? FindTemplate(exchange, envelope.Uri),
            McpMethod.ResourcesSubscribe => FindResource(exchange.Server, exchange.View, JsonStringBytes.GetString(exchange.Slice(envelope.Uri))),
            McpMethod.CompletionComplete when envelope.RefName.IsPresent => Find(exchange, exchange.Server.Prompts, envelope.RefName),
            McpMethod.CompletionComplete => Find(exchange, exchange.Server.Templates, envelope.RefUri) ?? Find(exchange, exchange.Server.Resources, envelope.RefUri),
            _ => null,
        };
        return route is not null && exchange.View.Includes(route) ? route : null;
    }

    /// <summary>The entry that a request of an extension names as its <c>name</c> or <c>uri</c>; null for none that the caller sees.</summary>
    public static ItemRoute? FindNamed(McpExchange exchange)
    {
        ref readonly var envelope = ref exchange.Envelope;
        var route = envelope.Uri.IsString(exchange.Body.Span)
            ? FindResource(exchange.Server, exchange.View, JsonStringBytes.GetString(exchange.Slice(envelope.Uri)))
            : envelope.Name.IsString(exchange.Body.Span)
                ? Find(exchange, exchange.Server.Tools, envelope.Name) ?? Find(exchange, exchange.Server.Prompts, envelope.Name) ?? FindAlias(exchange, envelope.Name)
                : null;
        return route is not null && exchange.View.Includes(route) ? route : null;
    }

    /// <summary>The resource, or the template, that a URI means to somebody with this view; null for none.</summary>
    public static ItemRoute? FindResource(ServerModel server, CallerView view, string uri) =>
        server.Resources.Find(uri) is { } resource
            ? view.Includes(resource) ? resource : null
            : FindTemplate(server, view, uri);

    private static ItemRoute? Find(McpExchange exchange, ItemTable table, ByteRange range)
    {
        var token = exchange.Slice(range);
        if (!JsonStringBytes.IsEscaped(token))
        {
            return table.Find(JsonStringBytes.Inner(token));
        }

        if (token.Length > StackBytes)
        {
            return table.Find(JsonStringBytes.GetString(token));
        }

        Span<byte> decoded = stackalloc byte[StackBytes];
        return table.Find(decoded[..JsonStringBytes.Decode(token, decoded)]);
    }

    private static ItemRoute? FindAlias(McpExchange exchange, ByteRange range) =>
        exchange.Server.HasAliases ? exchange.Server.FindToolByOriginalName(JsonStringBytes.GetString(exchange.Slice(range))) : null;

    private static ItemRoute? FindTemplate(McpExchange exchange, ByteRange range) =>
        exchange.Server.Templates.Routes.IsEmpty ? null : FindTemplate(exchange.Server, exchange.View, JsonStringBytes.GetString(exchange.Slice(range)));

    private static ItemRoute? FindTemplate(ServerModel server, CallerView view, string uri)
    {
        ItemRoute? best = null;
        foreach (var route in server.Templates.Routes)
        {
            // Of several that match, the most specific one is meant.
            if (route.Template is { } template
                && template.LiteralLength > (best?.Template!.LiteralLength ?? -1)
                && view.Includes(route)
                && template.IsMatch(uri))
            {
                best = route;
            }
        }

        return best;
    }
}

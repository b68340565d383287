using McpGateway.Gateway.Routing;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Mcp;

/// <summary>
/// Compares <c>Mcp-Param-*</c> headers with the arguments that the tool wants repeated in them (2026-07-28). Only the tool's own
/// annotations count; a header that none of them names is nobody's business here.
/// </summary>
internal static class ParamHeaderContract
{
    /// <summary>What is wrong; null when all agree, and for tools without annotations.</summary>
    public static string? FindFault(McpExchange exchange, ItemRoute route)
    {
        if (route.ParamHeaders.IsEmpty || !exchange.IsModern || exchange.Envelope.Method != McpMethod.ToolsCall)
        {
            return null;
        }

        var arguments = exchange.Slice(exchange.Envelope.Arguments);
        foreach (var header in route.ParamHeaders)
        {
            if (!header.TryFind(arguments, out var argument))
            {
                return $"params.arguments: '{string.Join('.', header.Path)}' occurs twice.";
            }

            var sent = exchange.Headers is { } headers ? headers[header.HeaderName] : default;
            if (sent.Count > 1 || !McpParamHeader.Agrees(sent.Count == 0 ? null : sent.ToString(), argument.Slice(arguments)))
            {
                return $"{header.HeaderName}: the header must repeat the argument '{string.Join('.', header.Path)}', and be absent without it.";
            }
        }

        return null;
    }
}

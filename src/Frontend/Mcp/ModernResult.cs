using McpGateway.Frontend.Relay;

namespace McpGateway.Frontend.Mcp;

/// <summary>What every result carries for modern clients (2026-07-28), written by us and not taken from an upstream.</summary>
internal static class ModernResult
{
    /// <summary>Writes the members, each preceded by a comma, into a result object that has at least one member already.</summary>
    /// <param name="isCacheable">The result is of a method with caching hints.</param>
    public static void WriteMembers(PooledBuffer output, McpExchange exchange, bool isCacheable)
    {
        if (!exchange.IsModern)
        {
            return;
        }

        output.Write(",\"resultType\":\"complete\""u8);
        if (isCacheable)
        {
            // Zero: an edit of the virtual server holds within a second. Private: what is listed depends on who asks.
            output.Write(",\"ttlMs\":0,\"cacheScope\":\"private\""u8);
        }

        WriteMeta(output, exchange);
    }

    /// <summary>Writes <c>_meta</c> with the virtual server's identity, preceded by a comma.</summary>
    public static void WriteMeta(PooledBuffer output, McpExchange exchange)
    {
        output.Write(",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":"u8);
        output.Write(exchange.Server.Identity.ServerInfo.Span);
        output.Write("}"u8);
    }
}

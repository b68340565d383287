using McpGateway.Load.Measuring;

namespace McpGateway.Load.Scenarios;

/// <summary>What the clients of both generations send.</summary>
internal static class Messages
{
    public const string LegacyCall =
        """{"jsonrpc":"2.0","id":ID,"method":"tools/call","params":{"name":"tool-3","arguments":{"query":"anything","limit":10}}}""";

    public const string ModernCall =
        """{"jsonrpc":"2.0","id":ID,"method":"tools/call","params":{"name":"tool-3","arguments":{"query":"anything","limit":10},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""";

    public const string ModernHeaders = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: tool-3\r\n";

    /// <summary>The headers of a session of the stub itself.</summary>
    public const string StubSession = "Mcp-Session-Id: stub\r\nMCP-Protocol-Version: 2025-11-25\r\n";

    /// <summary>Opens a legacy session. The headers for what is sent in it.</summary>
    public static async Task<string> OpenAsync(Uri address, string authorization)
    {
        var (head, body) = await LoadRun.AskAsync(
            address,
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}""",
            authorization);
        var line = head.Split("\r\n").FirstOrDefault(static line => line.StartsWith("Mcp-Session-Id:", StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidOperationException($"No session: {head}{body}");
        var headers = $"{authorization}{line}\r\nMCP-Protocol-Version: 2025-11-25\r\n";
        await LoadRun.AskAsync(address, """{"jsonrpc":"2.0","method":"notifications/initialized"}""", headers);
        return headers;
    }

    public static string Modern(string method) =>
        """{"jsonrpc":"2.0","id":ID,"method":"METHOD","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"""
            .Replace("METHOD", method, StringComparison.Ordinal);

    public static async Task AskModernAsync(Uri address, string method, string authorization)
    {
        var (head, body) = await LoadRun.AskAsync(
            address, Modern(method).Replace("ID", "1", StringComparison.Ordinal), $"{authorization}MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: {method}\r\n");
        if (!body.Contains("\"result\"", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"Not a result: {head}{body}");
        }
    }
}

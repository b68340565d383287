namespace McpGateway.EndToEnd.Tests.Hosting;

/// <summary>The official clients, and the ways they connect to a gateway.</summary>
public enum ClientKind
{
    /// <summary>@modelcontextprotocol/sdk over Streamable HTTP.</summary>
    SdkHttp,

    /// <summary>@modelcontextprotocol/sdk over HTTP+SSE.</summary>
    SdkSse,

    /// <summary>@modelcontextprotocol/sdk through the stdio bridge.</summary>
    SdkStdio,

    /// <summary>@modelcontextprotocol/client over Streamable HTTP, which finds the newest revision by itself.</summary>
    ClientAuto,

    /// <summary>@modelcontextprotocol/client over Streamable HTTP, which insists on 2026-07-28.</summary>
    ClientPinned,

    /// <summary>@modelcontextprotocol/client, 2026-07-28, through the stdio bridge.</summary>
    ClientStdio,
}

internal static class ClientKinds
{
    public static bool IsModern(this ClientKind kind) => kind is ClientKind.ClientAuto or ClientKind.ClientPinned or ClientKind.ClientStdio;

    public static Task<PeerClient> ConnectAsync(this ClientKind kind, string address, string server, string token)
    {
        var endpoint = $"{address}/servers/{server}";
        return PeerClient.ConnectAsync(kind switch
        {
            ClientKind.SdkHttp => new { library = "sdk", transport = "http", url = endpoint + "/mcp", token },
            ClientKind.SdkSse => new { library = "sdk", transport = "sse", url = endpoint + "/sse", token },
            ClientKind.SdkStdio => Bridge("sdk", endpoint, token, mode: null),
            ClientKind.ClientAuto => new { library = "client", mode = "auto", transport = "http", url = endpoint + "/mcp", token },
            ClientKind.ClientPinned => new { library = "client", mode = new { pin = McpHttp.Modern }, transport = "http", url = endpoint + "/mcp", token },
            ClientKind.ClientStdio => Bridge("client", endpoint, token, new { pin = McpHttp.Modern }),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown client."),
        });
    }

    // As the configuration that people paste starts it, but with the gateway that was built together with the tests.
    private static object Bridge(string library, string endpoint, string token, object? mode) => new
    {
        library,
        mode,
        transport = "stdio",
        command = "dotnet",
        args = new[] { "exec", Repository.Gateway, "stdio", "--url", endpoint + "/mcp" },
        env = new Dictionary<string, string>
        {
            ["MCPGATEWAY_TOKEN"] = token,
            ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
            ["HOME"] = Environment.GetEnvironmentVariable("HOME") ?? "/",
        },
    };
}

using McpGateway.Frontend.Admin.Endpoints;

namespace McpGateway.Frontend.Bridge;

/// <summary>
/// Speaks MCP on standard input and output and forwards every message to the Streamable HTTP endpoint of a virtual server. Standard output
/// carries MCP and nothing else.
/// </summary>
internal static class StdioBridge
{
    // The gateway has limits of its own and names them in its answers; this one only bounds the bridge's memory.
    private const int MaxMessageBytes = 64 * 1024 * 1024;

    public static async Task<int> RunAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        var token = Environment.GetEnvironmentVariable(ClientConfig.TokenVariable)?.Trim();
        using var logs = LoggerFactory.Create(static logging => logging
            .AddSimpleConsole(static console => console.SingleLine = true)
            .AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        using var http = CreateClient();
        return await RunAsync(
            new Uri(endpoint.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped)),
            token is { Length: > 0 } ? token : null,
            http,
            Console.OpenStandardInput(),
            Console.OpenStandardOutput(),
            logs,
            cancellationToken);
    }

    private static async Task<int> RunAsync(
        Uri address, string? token, HttpClient http, Stream input, Stream output, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var session = new BridgeSession();
        var toolHeaders = new ToolHeaders();
        var endpoint = new GatewayEndpoint(http, address, token, session, toolHeaders);
        using var reader = new LineReader(input, MaxMessageBytes);
        using var writer = new LineWriter(output);
        using var loop = new BridgeLoop(
            reader,
            writer,
            new MessageForwarder(endpoint, session, toolHeaders, writer, MaxMessageBytes, logs.CreateLogger<MessageForwarder>()),
            new EventListener(endpoint, writer, MaxMessageBytes, TimeProvider.System, logs.CreateLogger<EventListener>()),
            endpoint,
            session,
            logs.CreateLogger<BridgeLoop>());
        return await loop.RunAsync(cancellationToken);
    }

    private static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        // A redirect could carry the token to a stranger.
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}

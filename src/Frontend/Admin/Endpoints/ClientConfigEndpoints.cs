using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using McpGateway.Frontend.Admin.Answers;
using McpGateway.Frontend.Admin.Requests;
using McpGateway.Gateway.Hosting;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Admin.Endpoints;

/// <summary><c>/servers/{id}/config</c>: what people paste into their MCP client.</summary>
internal static class ClientConfigEndpoints
{
    private static readonly QueryShape s_query = new(
        QueryField.Choice("type", ClientConfig.Types, "How the client connects: http (default), sse or stdio (through the gateway's bridge)."),
        QueryField.Choice("client", ClientConfig.Clients, "Whose file it is. Default: the form most clients read."));

    public static void Map(RouteGroupBuilder routes) => routes.MapGet("/servers/{id}/config", GetAsync)
        .Says("Virtual servers", "What an MCP client pastes into its configuration")
        .Asks(s_query)
        .Gives<object>()
        .Problems(StatusCodes.Status404NotFound);

    private static async Task<IResult> GetAsync(
        HttpContext context, string id, AdminGrains grains, PublicAddress address, IOptions<HttpOptions> options)
    {
        var query = QueryValues.Read(context, s_query);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        var outcome = await grains.Catalog.GetServerAsync(context.GetCaller(), id, context.RequestAborted);
        if (!outcome.Succeeded)
        {
            return Problems.Of(outcome.Refusal);
        }

        var config = new ClientConfig(
            outcome.Value.Name,
            EndpointsAnswer.Of(outcome.Value.Id, address.Of(context)),
            outcome.Value.Anonymous,
            BridgeCommand.Find(options.Value));
        var json = config.Write(
            query.Choice("type", ClientConfig.Types) ?? ConnectionType.Http, query.Choice("client", ClientConfig.Clients) ?? McpClient.Any);
        return TypedResults.Text(json, "application/json", Encoding.UTF8);
    }
}

/// <summary>How a client connects.</summary>
internal enum ConnectionType
{
    Http,
    Sse,
    Stdio,
}

/// <summary>Clients whose files differ from what most read.</summary>
internal enum McpClient
{
    Any,
    ClaudeCode,
    ClaudeDesktop,
    Cursor,
    VsCode,
    Windsurf,
    Gemini,
}

/// <summary>Writes the configuration of one virtual server. It never holds a secret: the token's place is named instead.</summary>
/// <param name="needsNoToken">Open to anonymous callers.</param>
internal sealed class ClientConfig(string name, EndpointsAnswer endpoints, bool needsNoToken, string bridgeCommand)
{
    public const string TokenVariable = "MCPGATEWAY_TOKEN";

    private static readonly JsonWriterOptions s_readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Choices<ConnectionType> Types { get; } =
        new([(ConnectionType.Http, "http"), (ConnectionType.Sse, "sse"), (ConnectionType.Stdio, "stdio")]);

    public static Choices<McpClient> Clients { get; } = new(
    [
        (McpClient.Any, "any"), (McpClient.ClaudeCode, "claude-code"), (McpClient.ClaudeDesktop, "claude-desktop"), (McpClient.Cursor, "cursor"),
        (McpClient.VsCode, "vscode"), (McpClient.Windsurf, "windsurf"), (McpClient.Gemini, "gemini"),
    ]);

    public string Write(ConnectionType type, McpClient client)
    {
        // Claude Desktop's file knows processes only.
        var connection = client == McpClient.ClaudeDesktop ? ConnectionType.Stdio : type;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_readable))
        {
            json.WriteStartObject();
            json.WriteStartObject(client == McpClient.VsCode ? "servers" : "mcpServers");
            json.WriteStartObject(name);
            if (connection == ConnectionType.Stdio)
            {
                WriteStdio(json, client);
            }
            else
            {
                WriteHttp(json, connection, client);
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void WriteHttp(Utf8JsonWriter json, ConnectionType connection, McpClient client)
    {
        var isSse = connection == ConnectionType.Sse;
        if (client is McpClient.Any or McpClient.ClaudeCode or McpClient.VsCode)
        {
            json.WriteString("type", isSse ? "sse" : "http");
        }

        var url = client switch
        {
            McpClient.Windsurf => "serverUrl",
            McpClient.Gemini when !isSse => "httpUrl",
            _ => "url",
        };
        json.WriteString(url, isSse ? endpoints.Sse : endpoints.Mcp);
        if (!needsNoToken)
        {
            json.WriteStartObject("headers");
            json.WriteString("Authorization", $"Bearer {Placeholder(client)}");
            json.WriteEndObject();
        }
    }

    private void WriteStdio(Utf8JsonWriter json, McpClient client)
    {
        if (client == McpClient.VsCode)
        {
            json.WriteString("type", "stdio");
        }

        json.WriteString("command", bridgeCommand);
        json.WriteStartArray("args");
        json.WriteStringValue("stdio");
        json.WriteStringValue("--url");
        json.WriteStringValue(endpoints.Mcp);
        json.WriteEndArray();
        if (!needsNoToken)
        {
            json.WriteStartObject("env");
            json.WriteString(TokenVariable, Placeholder(client));
            json.WriteEndObject();
        }
    }

    /// <summary>How the client's file names a variable of its environment; where it knows none, what to put in.</summary>
    private static string Placeholder(McpClient client) => client switch
    {
        McpClient.Cursor or McpClient.VsCode or McpClient.Windsurf => $"${{env:{TokenVariable}}}",
        McpClient.ClaudeDesktop => "<the token>",
        _ => $"${{{TokenVariable}}}",
    };
}

/// <summary>Finds the command by which clients start the stdio bridge.</summary>
internal static class BridgeCommand
{
    private const string Script = "run.sh";

    /// <summary>As configured; else the <c>run.sh</c> above the program's folder; else the program itself.</summary>
    public static string Find(HttpOptions options)
    {
        if (options.BridgeCommand is { } configured)
        {
            return configured;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var script = Path.Combine(folder.FullName, Script);
            if (File.Exists(script))
            {
                return script;
            }
        }

        return Environment.ProcessPath ?? Script;
    }
}

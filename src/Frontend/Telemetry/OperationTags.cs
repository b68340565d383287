using System.Diagnostics;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Relay;
using McpGateway.Gateway.Metering;
using McpGateway.Gateway.Routing;
using McpGateway.Gateway.Telemetry;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Telemetry;

/// <summary>
/// Names and values of OpenTelemetry's semantic conventions for MCP, as far as both sides of the gateway share them. What a client may make
/// up (names of tools that do not exist, methods) never becomes a value of a metric or the name of a span.
/// </summary>
internal static class OperationTags
{
    public const string Method = "mcp.method.name";
    public const string Protocol = "mcp.protocol.version";
    public const string Session = "mcp.session.id";
    public const string ResourceUri = "mcp.resource.uri";
    public const string Tool = "gen_ai.tool.name";
    public const string Prompt = "gen_ai.prompt.name";
    public const string Operation = "gen_ai.operation.name";
    public const string RequestId = "jsonrpc.request.id";
    public const string Status = "rpc.response.status_code";
    public const string Error = "error.type";
    public const string Transport = "network.transport";
    public const string NetworkProtocol = "network.protocol.name";
    public const string NetworkVersion = "network.protocol.version";
    public const string ClientAddress = "client.address";
    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string VirtualServer = "mcpgateway.virtual_server";
    public const string Upstream = "mcpgateway.upstream";

    /// <summary>The method's name; one word for all that are not the protocol's own.</summary>
    public static string NameOf(McpMethod method) => method == McpMethod.Unknown ? "_OTHER" : McpMethods.Name(method);

    /// <summary>How a request ended, in the conventions' words; null for well.</summary>
    public static string? ErrorOf(in RelayOutcome outcome) => outcome switch
    {
        { ErrorCode: not 0 and var code } => CodeText(code),
        { Result: CallResult.ToolError } => "tool_error",
        { Fault: not UpstreamFault.None and var fault } => fault.ToSpanText(),
        { Result: CallResult.Failed } => "cancelled",
        _ => null,
    };

    public static string CodeText(int code) => code.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Adds what says which tool or prompt is meant.</summary>
    /// <param name="name">Its name on the side that is told of.</param>
    public static void AddTarget(ref TagList tags, ItemRoute? route, string? name)
    {
        switch (route?.Entry.Kind)
        {
            case ItemKind.Tool:
                tags.Add(Tool, name);
                tags.Add(Operation, "execute_tool");
                break;
            case ItemKind.Prompt:
                tags.Add(Prompt, name);
                break;
            default:
                break;
        }
    }

    /// <summary>The tool's or prompt's name as part of a span's name; null for other targets, of which there may be any number.</summary>
    public static string? TargetOf(ItemRoute? route, string? name) => route?.Entry.Kind is ItemKind.Tool or ItemKind.Prompt ? name : null;
}

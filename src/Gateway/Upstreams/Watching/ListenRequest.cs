using System.Text.Json;
using McpGateway.Gateway.Upstreams.Channels;
using McpGateway.Gateway.Upstreams.Discovery;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Gateway.Upstreams.Watching;

/// <summary>A <c>subscriptions/listen</c> for resources, and what its acknowledgement says (spec 2026-07-28, subscriptions).</summary>
internal static class ListenRequest
{
    public const string Method = "subscriptions/listen";

    public static byte[] Create(long id, IReadOnlySet<string> uris) => RpcMessages.Request(id, Method, writer =>
    {
        writer.WriteStartObject("notifications");
        writer.WriteStartArray("resourceSubscriptions");
        foreach (var uri in uris)
        {
            writer.WriteStringValue(uri);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        UpstreamClient.WriteMeta(writer);
    });

    /// <summary>The resources that the acknowledgement leaves out.</summary>
    public static Dictionary<string, WatchRefusal> RefusedBy(ReadOnlyMemory<byte> acknowledgement, IReadOnlySet<string> uris)
    {
        using var document = JsonDocument.Parse(acknowledgement);
        var honoured = document.RootElement.TryGetProperty("params", out var parameters)
            && parameters.ValueKind == JsonValueKind.Object
            && parameters.TryGetProperty("notifications", out var notifications)
            && notifications.ValueKind == JsonValueKind.Object
            && notifications.TryGetProperty("resourceSubscriptions", out var named)
            && named.ValueKind == JsonValueKind.Array
            ? named.EnumerateArray().Where(uri => uri.ValueKind == JsonValueKind.String).Select(uri => uri.GetString()!).ToHashSet(StringComparer.Ordinal)
            : [];
        return uris.Where(uri => !honoured.Contains(uri)).ToDictionary(
            uri => uri, _ => new WatchRefusal(McpErrorCode.InvalidParams, "The MCP server does not tell of changes of this resource."), StringComparer.Ordinal);
    }
}

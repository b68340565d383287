using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpGateway.Gateway.Routing;

/// <summary>JSON strings with as few escapes as the standard allows: names reach models, which read them as text.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>), TypeInfoPropertyName = "Members")]
internal sealed partial class RoutingJson : JsonSerializerContext
{
    /// <summary>The context to use.</summary>
    public static RoutingJson Relaxed { get; } = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

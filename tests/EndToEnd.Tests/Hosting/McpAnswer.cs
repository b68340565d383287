using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace McpGateway.EndToEnd.Tests.Hosting;

/// <summary>What an MCP endpoint answered to one POST: one message as JSON, or those of an event stream.</summary>
internal sealed record McpAnswer(HttpStatusCode Status, HttpResponseHeaders Headers, string? ContentType, string Body)
{
    public string? SessionId => Headers.TryGetValues("Mcp-Session-Id", out var values) ? values.Single() : null;

    /// <summary>All messages in their order.</summary>
    public IReadOnlyList<JsonElement> Messages => ContentType == "text/event-stream"
        ? [.. Body.Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => JsonElement.Parse(line["data:".Length..]))]
        : [JsonElement.Parse(Body)];

    /// <summary>The response message.</summary>
    public JsonElement Response => Messages[^1];

    /// <summary>The result; fails the test for an error.</summary>
    public JsonElement Result => Response.TryGetProperty("result", out var result) ? result : throw new Xunit.Sdk.XunitException($"No result but {(int)Status}: {Body}");

    public int ErrorCode => Error.GetProperty("code").GetInt32();

    public string ErrorMessage => Error.GetProperty("message").GetString()!;

    public JsonElement Error => Response.TryGetProperty("error", out var error) ? error : throw new Xunit.Sdk.XunitException($"No error but {(int)Status}: {Body}");

    /// <summary>The text of a tool's first content block.</summary>
    public string ContentText => Result.GetProperty("content")[0].GetProperty("text").GetString()!;
}

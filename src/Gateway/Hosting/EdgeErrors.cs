using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace McpGateway.Gateway.Hosting;

/// <summary>
/// Errors that are answered before anything has looked at the request: problem details (RFC 9457), or a JSON-RPC error without id where
/// MCP is spoken.
/// </summary>
public static class EdgeErrors
{
    private const int InvalidRequest = -32600;
    private const int InternalError = -32603;

    /// <summary>True for the paths under which MCP is spoken: <c>/mcp</c>, <c>/sse</c>, <c>/message</c> at their end.</summary>
    public static bool IsMcpPath(PathString path)
    {
        var text = path.Value.AsSpan().TrimEnd('/');
        return text.EndsWith("/mcp", StringComparison.OrdinalIgnoreCase)
            || text.EndsWith("/sse", StringComparison.OrdinalIgnoreCase)
            || text.EndsWith("/message", StringComparison.OrdinalIgnoreCase);
    }

    public static Task WriteAsync(HttpContext context, int statusCode, string detail)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        var mcp = IsMcpPath(context.Request.Path);
        using (var json = new Utf8JsonWriter(buffer))
        {
            if (mcp)
            {
                WriteRpc(json, statusCode, detail);
            }
            else
            {
                WriteProblem(json, context, statusCode, detail);
            }
        }

        context.Response.StatusCode = statusCode;
        context.Response.ContentType = mcp ? "application/json" : "application/problem+json";
        context.Response.ContentLength = buffer.WrittenCount;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted).AsTask();
    }

    private static void WriteRpc(Utf8JsonWriter json, int statusCode, string detail)
    {
        json.WriteStartObject();
        json.WriteString("jsonrpc"u8, "2.0"u8);
        json.WriteStartObject("error"u8);
        json.WriteNumber("code"u8, statusCode < StatusCodes.Status500InternalServerError ? InvalidRequest : InternalError);
        json.WriteString("message"u8, detail);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteProblem(Utf8JsonWriter json, HttpContext context, int statusCode, string detail)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "about:blank"u8);
        json.WriteString("title"u8, Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(statusCode));
        json.WriteNumber("status"u8, statusCode);
        json.WriteString("detail"u8, detail);
        json.WriteString("instance"u8, context.Request.Path.Value);
        json.WriteString("requestId"u8, context.TraceIdentifier);
        json.WriteEndObject();
    }
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Bridge;

/// <summary>The arguments that tools want repeated in headers (<c>x-mcp-header</c>), as the lists that went by say.</summary>
internal sealed class ToolHeaders
{
    private readonly ConcurrentDictionary<string, ImmutableArray<ParamHeader>> _byTool = new(StringComparer.Ordinal);

    /// <summary>Remembers the tools of an answer to <c>tools/list</c>.</summary>
    public void Learn(ReadOnlyMemory<byte> answer)
    {
        if (answer.Span.IndexOf("x-mcp-header"u8) < 0)
        {
            return;
        }

        using var document = JsonDocument.Parse(answer);
        if (!document.RootElement.TryGetProperty("result", out var result)
            || !result.TryGetProperty("tools", out var tools) || tools.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var tool in tools.EnumerateArray())
        {
            if (tool.TryGetProperty("name", out var name) && tool.TryGetProperty("inputSchema", out var schema)
                && ParamHeaderReader.TryRead(JsonMarshal.GetRawUtf8Value(schema), out var headers))
            {
                _byTool[name.GetString() ?? ""] = headers;
            }
        }
    }

    /// <summary>The headers that a call needs.</summary>
    public IEnumerable<(string Name, string Value)> Of(BridgeMessage message)
    {
        if (message.Envelope.Method != McpMethod.ToolsCall || !_byTool.TryGetValue(message.RoutedName ?? "", out var headers))
        {
            return [];
        }

        var arguments = message.Envelope.Arguments.Slice(message.Bytes);
        return headers
            .Select(header => (header.HeaderName, Value: header.TryFind(arguments.Span, out var value) ? McpParamHeader.Make(value.Slice(arguments.Span)) : null))
            .Where(pair => pair.Value is not null)
            .Select(pair => (pair.HeaderName, pair.Value!));
    }
}

using System.Buffers.Text;
using System.Text;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Relay;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Mcp;

/// <summary>
/// Answers <c>tools/list</c> and its siblings from the compiled virtual server. A cursor names the last entry of the page before, so it
/// never goes stale.
/// </summary>
internal sealed class ServerLists(IOptions<McpOptions> options)
{
    private const string CursorPrefix = "a";
    private const int MaxCursor = 4096;

    public ValueTask AnswerAsync(McpExchange exchange)
    {
        string? after = null;
        if (exchange.Envelope.Cursor.IsPresent && !TryReadCursor(exchange, out after))
        {
            return exchange.FailAsync(McpErrorCode.InvalidParams, "params.cursor: is not a cursor that this server gave; leave it out to begin anew.");
        }

        var kind = KindOf(exchange.Envelope.Method);
        return exchange.SucceedAsync(Write, (exchange, kind, after, options.Value.PageSize));
    }

    private static void Write(PooledBuffer output, (McpExchange Exchange, ItemKind Kind, string? After, int PageSize) state)
    {
        var (exchange, kind, after, pageSize) = state;
        output.Write(kind switch
        {
            ItemKind.Tool => "{\"tools\":["u8,
            ItemKind.Prompt => "{\"prompts\":["u8,
            ItemKind.Resource => "{\"resources\":["u8,
            _ => "{\"resourceTemplates\":["u8,
        });
        // Without the right to read nothing is listed, as if there were nothing.
        var next = exchange.Caller.Rights.Has(NeededFor(kind))
            ? (kind == ItemKind.Tool ? exchange.Server.ToolsFor(exchange.Revision) : exchange.Server.Table(kind)).WritePage(output, exchange.View, after, pageSize)
            : null;
        output.Write("]"u8);
        if (next is not null)
        {
            output.Write(",\"nextCursor\":\""u8);
            output.Write(Encoding.ASCII.GetBytes(CursorPrefix));
            output.Write(Base64Url.EncodeToUtf8(Encoding.UTF8.GetBytes(next)));
            output.Write("\""u8);
        }

        ModernResult.WriteMembers(output, exchange, isCacheable: true);
        output.Write("}"u8);
    }

    private static bool TryReadCursor(McpExchange exchange, out string? after)
    {
        after = null;
        var token = exchange.Slice(exchange.Envelope.Cursor);
        if (token.Length > MaxCursor)
        {
            return false;
        }

        var text = JsonStringBytes.GetString(token);
        if (!text.StartsWith(CursorPrefix, StringComparison.Ordinal) || !Base64Url.IsValid(text.AsSpan(CursorPrefix.Length)))
        {
            return false;
        }

        after = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text.AsSpan(CursorPrefix.Length)));
        return true;
    }

    private static ItemKind KindOf(McpMethod method) => method switch
    {
        McpMethod.ToolsList => ItemKind.Tool,
        McpMethod.PromptsList => ItemKind.Prompt,
        McpMethod.ResourcesList => ItemKind.Resource,
        McpMethod.ResourceTemplatesList => ItemKind.ResourceTemplate,
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Not a list."),
    };

    private static Permissions NeededFor(ItemKind kind) => kind switch
    {
        ItemKind.Tool => Permissions.ToolsRead,
        ItemKind.Prompt => Permissions.PromptsRead,
        _ => Permissions.ResourcesRead,
    };
}

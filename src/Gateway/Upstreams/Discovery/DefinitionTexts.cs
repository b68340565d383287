using System.Text.Json;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Routing;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams.Discovery;

/// <summary>What a definition says of itself to people.</summary>
public static class DefinitionTexts
{
    /// <summary>Reads a definition as it was stored; finds the same as its discovery did.</summary>
    public static (string? Title, string? Description) Read(ItemKind kind, ReadOnlyMemory<byte> definition)
    {
        var list = ServerModelBuilder.ListKindOf(kind);
        var item = ListSplitter.ReadDefinition(definition.Span, list);
        return (Title(list, item, definition), Text(item.Description, definition));
    }

    /// <param name="message">What the item's offsets count in.</param>
    internal static string? Title(ListKind kind, in ListItem found, ReadOnlyMemory<byte> message)
    {
        if (Text(found.Title, message) is { } title)
        {
            return title;
        }

        if (kind is ListKind.Resources or ListKind.ResourceTemplates)
        {
            return Text(found.Name, message);
        }

        if (!found.Annotations.IsObject(message.Span))
        {
            return null;
        }

        using var annotations = JsonDocument.Parse(found.Annotations.Slice(message), new JsonDocumentOptions { MaxDepth = EnvelopeScanner.MaxDepth });
        return UpstreamHandshake.Text(annotations.RootElement, "title");
    }

    internal static string? Text(ByteRange token, ReadOnlyMemory<byte> message) =>
        token.IsPresent ? JsonStringBytes.GetString(token.Slice(message.Span)) : null;
}

using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>
/// Where the MCP Apps extension (<c>io.modelcontextprotocol/ui</c>) names the resource that shows a tool: in <c>_meta.ui.resourceUri</c>, and
/// in the older <c>_meta["ui/resourceUri"]</c>.
/// </summary>
public static class AppUris
{
    /// <summary>Records the edits that put the resource's exposed URI in the place of the upstream's own.</summary>
    /// <param name="edits">Receives the edits.</param>
    /// <param name="source">A definition or a message.</param>
    /// <param name="meta">Its <c>_meta</c>; absent for none.</param>
    /// <param name="exposedUri">The exposed form of an upstream's URI, null for one that is the same.</param>
    public static void EditAppUris(this SpliceList edits, ReadOnlySpan<byte> source, ByteRange meta, Func<string, string?> exposedUri)
    {
        if (!meta.IsObject(source))
        {
            return;
        }

        Replace(edits, source, Find(source, meta, "ui/resourceUri"u8), exposedUri);
        if (Find(source, meta, "ui"u8) is var ui && ui.IsObject(source))
        {
            Replace(edits, source, Find(source, ui, "resourceUri"u8), exposedUri);
        }
    }

    private static ByteRange Find(ReadOnlySpan<byte> source, ByteRange parent, ReadOnlySpan<byte> name) =>
        JsonMember.Find(parent.Slice(source), name) is { IsPresent: true } member ? member.Shift(parent.Start) : default;

    private static void Replace(SpliceList edits, ReadOnlySpan<byte> source, ByteRange uri, Func<string, string?> exposedUri)
    {
        if (uri.IsString(source) && exposedUri(JsonStringBytes.GetString(uri.Slice(source))) is { } exposed)
        {
            edits.Begin();
            JsonStringBytes.Write(edits, exposed);
            edits.End(uri);
        }
    }
}

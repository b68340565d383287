using System.Buffers;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>Writes a definition with another name or description, or for other URIs, all else byte for byte.</summary>
public static class DefinitionSplice
{
    /// <summary>Writes the definition.</summary>
    /// <param name="writer">Receives the definition; nothing when the answer is false.</param>
    /// <param name="definition">A definition as its upstream wrote it.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="key">The new <c>name</c>, <c>uri</c> or <c>uriTemplate</c>; null leaves it.</param>
    /// <param name="description">The new description, added if there is none; null leaves it.</param>
    /// <param name="exposedUri">The exposed form of an upstream's URI, null for one that is the same; null when no URI differs.</param>
    /// <returns>False when the definition cannot be used (<see cref="ListSplitter.ReadDefinition"/> says why).</returns>
    public static bool Write(
        IBufferWriter<byte> writer, ReadOnlySpan<byte> definition, ListKind kind, string? key, string? description = null, Func<string, string?>? exposedUri = null)
    {
        var item = ListSplitter.ReadDefinition(definition, kind);
        if (item.Fault is not ListItemFault.None)
        {
            return false;
        }

        using var edits = SpliceList.Rent();
        if (key is not null)
        {
            edits.Begin();
            JsonStringBytes.Write(edits, key);
            edits.End(item.Key);
        }

        if (description is not null)
        {
            edits.Begin();
            if (item.RawDescription.IsPresent)
            {
                JsonStringBytes.Write(edits, description);
                edits.End(item.RawDescription);
            }
            else
            {
                edits.Write("\"description\":"u8);
                JsonStringBytes.Write(edits, description);
                edits.Write(","u8); // the key is a member, so that another one follows
                edits.End(new ByteRange(item.Raw.Start + 1, 0));
            }
        }

        if (exposedUri is not null)
        {
            edits.EditAppUris(definition, item.Meta, exposedUri);
        }

        edits.ApplyTo(definition, writer);
        return true;
    }
}

using System.Text.Json;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>What the gateway reads of one content block (or of one entry of <c>contents</c>), as offsets.</summary>
internal readonly ref struct ContentBlock
{
    public ByteRange Raw { get; init; }

    public ByteRange Type { get; init; }

    public ByteRange Uri { get; init; }

    public ByteRange Name { get; init; }

    public ByteRange Title { get; init; }

    public ByteRange Description { get; init; }

    public ByteRange MimeType { get; init; }

    public ByteRange Data { get; init; }

    public ByteRange Annotations { get; init; }

    /// <summary><c>resource.uri</c> of an embedded resource.</summary>
    public ByteRange ResourceUri { get; init; }

    /// <summary>Reads the object the cursor stands on; afterwards it stands on the object's end.</summary>
    public static ContentBlock Read(ref JsonCursor cursor, int start)
    {
        ByteRange type = default, uri = default, name = default, title = default, description = default;
        ByteRange mimeType = default, data = default, annotations = default, resourceUri = default;
        while (cursor.NextKey(out var key))
        {
            switch (key.Length)
            {
                case 3 when key.SequenceEqual("uri"u8): uri = ReadString(ref cursor); break;
                case 4 when key.SequenceEqual("type"u8): type = ReadString(ref cursor); break;
                case 4 when key.SequenceEqual("name"u8): name = ReadString(ref cursor); break;
                case 4 when key.SequenceEqual("data"u8): data = ReadString(ref cursor); break;
                case 5 when key.SequenceEqual("title"u8): title = ReadString(ref cursor); break;
                case 8 when key.SequenceEqual("mimeType"u8): mimeType = ReadString(ref cursor); break;
                case 8 when key.SequenceEqual("resource"u8): resourceUri = ReadUriOf(ref cursor); break;
                case 11 when key.SequenceEqual("description"u8): description = ReadString(ref cursor); break;
                case 11 when key.SequenceEqual("annotations"u8): annotations = cursor.ReadValue(); break;
                default: cursor.ReadValue(); break;
            }
        }

        return new ContentBlock
        {
            Raw = cursor.RangeFrom(start),
            Type = type,
            Uri = uri,
            Name = name,
            Title = title,
            Description = description,
            MimeType = mimeType,
            Data = data,
            Annotations = annotations,
            ResourceUri = resourceUri,
        };
    }

    private static ByteRange ReadString(ref JsonCursor cursor)
    {
        var value = cursor.ReadValue();
        return cursor.TokenType is JsonTokenType.String ? value : default;
    }

    private static ByteRange ReadUriOf(ref JsonCursor cursor)
    {
        cursor.Next();
        if (cursor.TokenType is not JsonTokenType.StartObject)
        {
            cursor.SkipRest();
            return default;
        }

        var uri = default(ByteRange);
        while (cursor.NextKey(out var key))
        {
            if (key.SequenceEqual("uri"u8))
            {
                uri = ReadString(ref cursor);
            }
            else
            {
                cursor.ReadValue();
            }
        }

        return uri;
    }
}

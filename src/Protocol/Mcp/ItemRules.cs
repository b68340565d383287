using System.Text.Json;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>Reads one definition and checks what the gateway relies on.</summary>
internal readonly struct ItemRules(ListKind kind, int maxItemBytes)
{
    private enum Member
    {
        None,
        Name,
        Uri,
        UriTemplate,
        Title,
        Description,
        MimeType,
        InputSchema,
        OutputSchema,
        Annotations,
        Arguments,
        Meta,
    }

    /// <summary>Reads the value the cursor stands on; afterwards the cursor stands on its last token.</summary>
    public ListItem Read(ReadOnlySpan<byte> text, ref JsonCursor cursor, int start)
    {
        if (cursor.TokenType is not JsonTokenType.StartObject)
        {
            cursor.SkipRest();
            return new ListItem { Fault = ListItemFault.NotAnObject, Raw = cursor.RangeFrom(start) };
        }

        Span<ByteRange> members = stackalloc ByteRange[(int)Member.Meta + 1];
        members.Clear();
        var hasDuplicate = false;
        while (cursor.NextKey(out var key))
        {
            var which = Find(key);
            var value = cursor.ReadValue();
            hasDuplicate |= which is not Member.None && members[(int)which].IsPresent;
            members[(int)which] = value;
        }

        var item = new ListItem
        {
            Raw = cursor.RangeFrom(start),
            Key = members[(int)KeyMember],
            Name = StringOrAbsent(text, members[(int)Member.Name]),
            Title = StringOrAbsent(text, members[(int)Member.Title]),
            Description = StringOrAbsent(text, members[(int)Member.Description]),
            RawDescription = members[(int)Member.Description],
            MimeType = StringOrAbsent(text, members[(int)Member.MimeType]),
            InputSchema = members[(int)Member.InputSchema],
            OutputSchema = members[(int)Member.OutputSchema],
            Annotations = members[(int)Member.Annotations],
            Arguments = members[(int)Member.Arguments],
            Meta = members[(int)Member.Meta],
        };
        return item with { Fault = hasDuplicate ? ListItemFault.DuplicateKey : Check(text, item) };
    }

    private Member KeyMember => kind switch
    {
        ListKind.Resources => Member.Uri,
        ListKind.ResourceTemplates => Member.UriTemplate,
        _ => Member.Name,
    };

    private ListItemFault Check(ReadOnlySpan<byte> text, in ListItem item)
    {
        if (item.Raw.Length > maxItemBytes)
        {
            return ListItemFault.TooLarge;
        }

        if (!item.Key.IsString(text))
        {
            return item.Key.IsPresent ? ListItemFault.KeyNotString : ListItemFault.KeyMissing;
        }

        var keyLength = item.Key.Length - 2;
        if (keyLength == 0 || keyLength > ListSplitter.MaxKeyBytes(kind))
        {
            return keyLength == 0 ? ListItemFault.KeyEmpty : ListItemFault.KeyTooLong;
        }

        return kind is ListKind.Tools && !item.InputSchema.IsObject(text) ? ListItemFault.InputSchemaNotObject : ListItemFault.None;
    }

    private static ByteRange StringOrAbsent(ReadOnlySpan<byte> text, ByteRange value) => value.IsString(text) ? value : default;

    private static Member Find(ReadOnlySpan<byte> key) => key.Length switch
    {
        3 => key.SequenceEqual("uri"u8) ? Member.Uri : Member.None,
        4 => key.SequenceEqual("name"u8) ? Member.Name : Member.None,
        5 => key.SequenceEqual("title"u8) ? Member.Title : key.SequenceEqual("_meta"u8) ? Member.Meta : Member.None,
        8 => key.SequenceEqual("mimeType"u8) ? Member.MimeType : Member.None,
        9 => key.SequenceEqual("arguments"u8) ? Member.Arguments : Member.None,
        11 => key.SequenceEqual("description"u8) ? Member.Description
            : key.SequenceEqual("inputSchema"u8) ? Member.InputSchema
            : key.SequenceEqual("uriTemplate"u8) ? Member.UriTemplate
            : key.SequenceEqual("annotations"u8) ? Member.Annotations : Member.None,
        12 => key.SequenceEqual("outputSchema"u8) ? Member.OutputSchema : Member.None,
        _ => Member.None,
    };
}

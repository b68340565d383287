using System.Text.Json;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>Splits an upstream's list answer into its definitions, keeping their bytes, so that unknown members survive.</summary>
public static class ListSplitter
{
    /// <summary>An item may be this large: 1 MiB.</summary>
    public const int DefaultMaxItemBytes = 1024 * 1024;

    /// <summary>One answer may have so many items.</summary>
    public const int DefaultMaxItems = 100_000;

    private const int ScratchLength = 6 * 16;

    /// <summary>The list's member in <c>result</c>.</summary>
    public static string MemberName(ListKind kind) => kind switch
    {
        ListKind.Tools => "tools",
        ListKind.Prompts => "prompts",
        ListKind.Resources => "resources",
        _ => "resourceTemplates",
    };

    /// <summary>The member that identifies an item.</summary>
    public static string KeyName(ListKind kind) => kind switch
    {
        ListKind.Resources => "uri",
        ListKind.ResourceTemplates => "uriTemplate",
        _ => "name",
    };

    /// <summary>How long a key may be, as raw text without quotes: 256 bytes for names, 2,048 for URIs.</summary>
    public static int MaxKeyBytes(ListKind kind) => kind is ListKind.Tools or ListKind.Prompts ? 256 : 2048;

    /// <summary>Splits one answer (one page).</summary>
    /// <param name="message">The whole response message.</param>
    /// <param name="kind">Which list was asked for.</param>
    /// <param name="items">Receives the items in order, faulty ones with their fault.</param>
    /// <param name="nextCursor">The next page's cursor (a string token); absent on the last page.</param>
    /// <param name="resultFault">What is wrong with the response when the answer is <see cref="ListFault.NotAResult"/>.</param>
    /// <param name="maxItems">More are refused.</param>
    /// <param name="maxItemBytes">A larger item gets <see cref="ListItemFault.TooLarge"/>.</param>
    public static ListFault Split(
        ReadOnlySpan<byte> message, ListKind kind, ICollection<ListItem> items, out ByteRange nextCursor, out ResultFault resultFault,
        int maxItems = DefaultMaxItems, int maxItemBytes = DefaultMaxItemBytes)
    {
        nextCursor = default;
        resultFault = ResultScanner.Scan(message, out var scan);
        if (resultFault is not ResultFault.None)
        {
            return ListFault.NotAResult;
        }

        if (scan.Kind is MessageKind.ErrorResponse)
        {
            return ListFault.ErrorAnswer;
        }

        var list = kind switch
        {
            ListKind.Tools => scan.Tools,
            ListKind.Prompts => scan.Prompts,
            ListKind.Resources => scan.Resources,
            _ => scan.ResourceTemplates,
        };
        if (!list.IsArray(message))
        {
            return list.IsPresent ? ListFault.ListNotArray : ListFault.ListMissing;
        }

        nextCursor = scan.NextCursor;
        return ReadItems(message, list, new ItemRules(kind, maxItemBytes), items, maxItems);
    }

    /// <summary>Reads a single definition, as it was stored.</summary>
    /// <param name="definition">A JSON object.</param>
    /// <param name="kind">Its kind.</param>
    /// <returns>The item; its fault is <see cref="ListItemFault.NotAnObject"/> when the bytes are not a JSON object.</returns>
    public static ListItem ReadDefinition(ReadOnlySpan<byte> definition, ListKind kind)
    {
        try
        {
            var cursor = new JsonCursor(definition, stackalloc byte[ScratchLength]);
            var start = cursor.Next();
            var item = new ItemRules(kind, int.MaxValue).Read(definition, ref cursor, start);
            cursor.Next();
            return item;
        }
        catch (JsonException)
        {
            return new ListItem { Fault = ListItemFault.NotAnObject };
        }
    }

    private static ListFault ReadItems(
        ReadOnlySpan<byte> message, ByteRange list, ItemRules rules, ICollection<ListItem> items, int maxItems)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var array = list.Slice(message);
        var cursor = new JsonCursor(array, stackalloc byte[ScratchLength]);
        cursor.Next();
        for (var start = cursor.Next(); cursor.TokenType is not JsonTokenType.EndArray; start = cursor.Next())
        {
            if (items.Count >= maxItems)
            {
                return ListFault.TooManyItems;
            }

            var item = rules.Read(array, ref cursor, start);
            if (item.Fault is ListItemFault.None && !keys.Add(JsonStringBytes.GetString(item.Key.Slice(array))))
            {
                item = item with { Fault = ListItemFault.Repeated };
            }

            items.Add(Shift(item, list.Start));
        }

        return ListFault.None;
    }

    private static ListItem Shift(ListItem item, int offset) => new()
    {
        Fault = item.Fault,
        Raw = item.Raw.Shift(offset),
        Key = item.Key.Shift(offset),
        Name = item.Name.Shift(offset),
        Title = item.Title.Shift(offset),
        Description = item.Description.Shift(offset),
        RawDescription = item.RawDescription.Shift(offset),
        MimeType = item.MimeType.Shift(offset),
        InputSchema = item.InputSchema.Shift(offset),
        OutputSchema = item.OutputSchema.Shift(offset),
        Annotations = item.Annotations.Shift(offset),
        Arguments = item.Arguments.Shift(offset),
        Meta = item.Meta.Shift(offset),
    };
}

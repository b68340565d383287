using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using McpGateway.Abstractions.Administration;

namespace McpGateway.Grains.Administration;

/// <summary>
/// Pages of a list ordered by a sort key and an id. A cursor holds both of the last row, so that it stays right whatever is added or
/// deleted meanwhile.
/// </summary>
internal static class Paging
{
    private const int MaxCursor = 8192;

    /// <summary>Checks what a caller asked for. <paramref name="after"/> is null on the first page.</summary>
    public static bool TryRead(PageRequest page, out (string Key, string Id)? after, [NotNullWhen(false)] out Refusal? refusal)
    {
        after = null;
        var mistakes = new Mistakes();
        if (page.Limit is < 1 or > PageRequest.MaxLimit)
        {
            mistakes.Add("limit", $"Must be 1 to {PageRequest.MaxLimit}.");
        }

        if (!string.IsNullOrEmpty(page.Cursor) && !TryRead(page.Cursor, out after))
        {
            mistakes.Add("cursor", "This is no cursor that a page of this list gave.");
        }

        refusal = mistakes.Any ? mistakes.ToRefusal() : null;
        return refusal is null;
    }

    /// <summary>As <see cref="TryRead(PageRequest, out ValueTuple{string, string}?, out Refusal?)"/> for a list that is ordered by a number.</summary>
    public static bool TryRead(PageRequest page, out (long Key, string Id)? after, [NotNullWhen(false)] out Refusal? refusal)
    {
        after = null;
        if (!TryRead(page, out (string Key, string Id)? text, out refusal))
        {
            return false;
        }

        if (text is not { } cursor)
        {
            return true;
        }

        if (!long.TryParse(cursor.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var key))
        {
            refusal = Refusal.Invalid("cursor", "This is no cursor that a page of this list gave.");
            return false;
        }

        after = (key, cursor.Id);
        return true;
    }

    /// <summary>Makes a page of rows that were read with one more than the limit.</summary>
    public static Page<TView> ToPage<TRow, TView>(
        IReadOnlyList<TRow> rows, PageRequest page, int total, Func<TRow, (string Key, string Id)> cursor, Func<TRow, TView> view)
    {
        var more = rows.Count > page.Limit;
        var shown = more ? rows.Take(page.Limit) : rows;
        return new Page<TView>(
            [.. shown.Select(view)], more ? Cursor(cursor(rows[page.Limit - 1])) : null, total);
    }

    public static string Cursor((string Key, string Id) last) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new[] { last.Key, last.Id }));

    public static string Text(long key) => key.ToString(CultureInfo.InvariantCulture);

    private static bool TryRead(string text, out (string Key, string Id)? cursor)
    {
        cursor = null;
        if (text.Length > MaxCursor || !Base64Url.IsValid(text))
        {
            return false;
        }

        try
        {
            if (JsonSerializer.Deserialize<string[]>(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text))) is [{ } key, { } id])
            {
                cursor = (key, id);
            }
        }
        catch (JsonException)
        {
            return false;
        }

        return cursor is not null;
    }
}

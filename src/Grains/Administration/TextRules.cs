using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace McpGateway.Grains.Administration;

/// <summary>Rules for texts that several kinds of things have.</summary>
internal static class TextRules
{
    public const int MaxName = 128;
    public const int MaxDescription = 4096;
    public const int MaxTags = 32;
    public const int MaxTag = 64;

    /// <summary>A name: given, printable, not too long.</summary>
    public static void Name(Mistakes mistakes, string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            mistakes.Add("name", "A name is needed.");
        }
        else if (name.Trim().Length > MaxName)
        {
            mistakes.Add("name", $"At most {MaxName} characters.");
        }
        else if (!IsPrintable(name))
        {
            mistakes.Add("name", "Only printable characters.");
        }
    }

    /// <summary>A text that may have several lines.</summary>
    public static void Text(Mistakes mistakes, string field, string? text, int maxLength)
    {
        if (text is null)
        {
            return;
        }

        if (text.Length > maxLength)
        {
            mistakes.Add(field, string.Create(CultureInfo.InvariantCulture, $"At most {maxLength:N0} characters."));
        }

        if (text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
        {
            mistakes.Add(field, "No control characters but line breaks and tabs.");
        }
    }

    public static void Range(Mistakes mistakes, string field, int? value, int least, int most)
    {
        if (value < least || value > most)
        {
            mistakes.Add(field, string.Create(CultureInfo.InvariantCulture, $"Must be {least:N0} to {most:N0}."));
        }
    }

    public static void Tags(Mistakes mistakes, string field, ImmutableArray<string> tags)
    {
        if (tags.IsDefaultOrEmpty)
        {
            return;
        }

        if (tags.Length > MaxTags)
        {
            mistakes.Add(field, $"At most {MaxTags} tags.");
        }

        if (tags.Any(tag => string.IsNullOrWhiteSpace(tag) || tag.Trim().Length > MaxTag || !IsPrintable(tag)))
        {
            mistakes.Add(field, $"Each tag must have 1 to {MaxTag} printable characters.");
        }
    }

    /// <summary>Tags as they are stored and looked for: lower case, each once.</summary>
    public static string[] Normalize(ImmutableArray<string> tags) =>
        tags.IsDefault ? [] : [.. tags.Select(Normalize).Distinct()];

    public static string Normalize(string tag) => tag.Trim().ToLowerInvariant();

    /// <summary>True for text on one line that people can read: no control characters, no invisible formatting, no broken surrogates.</summary>
    public static bool IsPrintable(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (rune == Rune.ReplacementChar
                || category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
            {
                return false;
            }
        }

        return true;
    }
}

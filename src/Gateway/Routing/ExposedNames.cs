using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace McpGateway.Gateway.Routing;

/// <summary>How names that the gateway makes are formed: at most 64 characters of <c>[A-Za-z0-9_.-]</c>, because several model vendors take no more.</summary>
public static class ExposedNames
{
    /// <summary>The longest name the gateway makes.</summary>
    public const int MaxLength = 64;

    /// <summary>Between upstream and tool, unless configured.</summary>
    public const string DefaultSeparator = "-";

    private const int SlugLength = 32;
    private const int SuffixDigits = 6;

    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    /// <summary>True for what may stand between upstream and tool.</summary>
    public static bool IsSeparator(string? text) => text is "-" or "_" or "." or "__";

    /// <summary>The name of an upstream as it prefixes tools: lower case, <c>[a-z0-9-]</c>, 1 to 32 characters. Other letters are left out.</summary>
    public static string Slug(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var character in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character))
            {
                slug.Append(character);
            }
            else if (slug.Length > 0 && slug[^1] != '-' && !char.IsLetter(character))
            {
                slug.Append('-');
            }
        }

        var text = slug.ToString();
        text = (text.Length > SlugLength ? text[..SlugLength] : text).TrimEnd('-');
        return text.Length > 0 ? text : "server-" + Fingerprint(name);
    }

    /// <summary>An item's name in the catalog and in virtual servers over several upstreams: slug, separator, original name.</summary>
    public static string CatalogName(string slug, string originalName, string separator = DefaultSeparator)
    {
        var name = Sanitize(slug + separator + originalName);
        return name.Length <= MaxLength ? name : WithSuffix(name, slug, originalName);
    }

    /// <summary>A name made unique by a fingerprint of what it stands for, so that it is the same in every compilation.</summary>
    internal static string WithSuffix(string name, string slug, string originalName)
    {
        var suffix = "-" + Fingerprint(slug + "\0" + originalName);
        return (name.Length > MaxLength - suffix.Length ? name[..(MaxLength - suffix.Length)] : name) + suffix;
    }

    /// <summary>A URI made unique: the upstream's slug becomes part of the scheme, <c>slug+file:///…</c>.</summary>
    internal static string WithScheme(string slug, string uri) => (char.IsAsciiLetter(slug[0]) ? slug : "s" + slug) + "+" + uri;

    private static string Sanitize(string name) =>
        name.AsSpan().ContainsAnyExcept(s_allowed)
            ? string.Create(name.Length, name, static (target, source) =>
            {
                for (var i = 0; i < target.Length; i++)
                {
                    target[i] = s_allowed.Contains(source[i]) ? source[i] : '_';
                }
            })
            : name;

    private static string Fingerprint(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..SuffixDigits];
}

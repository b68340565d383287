using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>HTTP headers of MCP and the coding of their values (protocol.md 1.2).</summary>
public static class McpHeaders
{
    /// <summary>Revision of a request; since 2025-06-18.</summary>
    public const string ProtocolVersion = "MCP-Protocol-Version";

    /// <summary>Legacy session; ignored on modern requests.</summary>
    public const string SessionId = "Mcp-Session-Id";

    /// <summary>Method of the body; modern.</summary>
    public const string Method = "Mcp-Method";

    /// <summary><c>params.name</c>, <c>params.uri</c> or <c>params.taskId</c> of the body; modern.</summary>
    public const string Name = "Mcp-Name";

    /// <summary>Prefix of the headers that repeat tool arguments (<c>x-mcp-header</c>); modern.</summary>
    public const string ParamPrefix = "Mcp-Param-";

    /// <summary>SSE event after which a stream is to be resumed; legacy.</summary>
    public const string LastEventId = "Last-Event-ID";

    private const string Open = "=?base64?";
    private const string Close = "?=";

    private static readonly SearchValues<char> s_visible =
        SearchValues.Create([.. Enumerable.Range(0x20, 0x5f).Select(static c => (char)c), '\t']);

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A value as it goes into a header: as it is when plain, else <c>=?base64?…?=</c> over its UTF-8.</summary>
    /// <remarks>Coded are: anything beyond visible ASCII and inner blanks, blanks at either end, and what looks coded itself.</remarks>
    public static string Encode(string value)
    {
        var isPlain = !value.AsSpan().ContainsAnyExcept(s_visible)
            && value.AsSpan().Trim(" \t").Length == value.Length
            && !LooksCoded(value);
        return isPlain ? value : Open + Convert.ToBase64String(Encoding.UTF8.GetBytes(value)) + Close;
    }

    /// <summary>Reads a header value: trims blanks, decodes <c>=?base64?…?=</c> (exact lower-case markers).</summary>
    /// <returns>False for bytes that no header may have, and for a coded value whose content is not base64 or not UTF-8.</returns>
    public static bool TryDecode(string header, [NotNullWhen(true)] out string? value)
    {
        value = null;
        var text = header.AsSpan().Trim(" \t");
        if (text.ContainsAnyExcept(s_visible))
        {
            return false;
        }

        if (!LooksCoded(text))
        {
            value = text.Length == header.Length ? header : text.ToString();
            return true;
        }

        var coded = text[Open.Length..^Close.Length];
        var bytes = new byte[coded.Length];
        if (coded.ContainsAny(" \t") || !Convert.TryFromBase64Chars(coded, bytes, out var length))
        {
            return false;
        }

        try
        {
            value = s_strictUtf8.GetString(bytes, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>Whether a header repeats a string of the body: decoded, equal in every character.</summary>
    /// <param name="header">The header's value; null when it is absent, which never agrees.</param>
    /// <param name="token">A raw JSON string with its quotes; empty when it is absent, which never agrees.</param>
    public static bool Repeats(string? header, ReadOnlySpan<byte> token) =>
        header is not null && !token.IsEmpty && TryDecode(header, out var value) && JsonStringBytes.TextEquals(token, value);

    /// <summary>Whether a name can be a header name's part: a token of RFC 9110.</summary>
    public static bool IsToken(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return !name.IsEmpty;
    }

    private static bool LooksCoded(ReadOnlySpan<char> text) =>
        text.Length >= Open.Length + Close.Length
        && text.StartsWith(Open, StringComparison.Ordinal)
        && text.EndsWith(Close, StringComparison.Ordinal);
}

using Microsoft.Extensions.Primitives;

namespace McpGateway.Frontend.Mcp;

/// <summary>Reads <c>Accept</c> as far as MCP needs it: no weights, because the answer's form is not the client's choice.</summary>
internal static class AcceptHeader
{
    private const string Json = "application/json";
    private const string Stream = "text/event-stream";

    /// <summary>True when both forms of answer are acceptable; a request without the header accepts anything (RFC 9110 §12.5.1).</summary>
    public static bool AllowsBoth(StringValues accept)
    {
        if (accept.Count == 0)
        {
            return true;
        }

        var (json, stream) = (false, false);
        foreach (var line in accept)
        {
            foreach (var part in line.AsSpan().Split(','))
            {
                var range = line.AsSpan(part);
                var end = range.IndexOf(';');
                var type = (end < 0 ? range : range[..end]).Trim();
                json |= Matches(type, Json, "application/*");
                stream |= Matches(type, Stream, "text/*");
            }
        }

        return json && stream;
    }

    private static bool Matches(ReadOnlySpan<char> type, string exact, string family) =>
        type.Equals(exact, StringComparison.OrdinalIgnoreCase) || type.Equals(family, StringComparison.OrdinalIgnoreCase) || type is "*/*";
}

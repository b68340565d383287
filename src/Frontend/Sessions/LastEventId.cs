using System.Globalization;

namespace McpGateway.Frontend.Sessions;

/// <summary>The header <c>Last-Event-ID</c>: the stream, and the last event that the client has of it.</summary>
internal readonly record struct LastEventId(string Stream, long Number)
{
    private const int MaxLength = 64;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Stream}-{Number}");

    /// <summary>Null for what is no event id of ours.</summary>
    public static LastEventId? Parse(string text)
    {
        var dash = text.LastIndexOf('-');
        return dash > 0 && text.Length <= MaxLength && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new LastEventId(text[..dash], number)
            : null;
    }
}

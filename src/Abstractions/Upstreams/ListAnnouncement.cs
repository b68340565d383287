using System.Globalization;

namespace McpGateway.Abstractions.Upstreams;

/// <summary>
/// An upstream said that lists of its changed, although discovery found them the same. The key of <see cref="Changes.ChangeKind.Announcement"/>.
/// </summary>
public readonly record struct ListAnnouncement(string UpstreamId, ChangedLists Lists)
{
    /// <summary>Reads a key; null when it has another form.</summary>
    public static ListAnnouncement? Parse(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && int.TryParse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var lists)
            ? new ListAnnouncement(key[..slash], (ChangedLists)lists & ChangedLists.All)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{UpstreamId}/{(int)Lists}");
}

using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Administration;

/// <summary>Upstreams as the API shows them.</summary>
internal static class UpstreamViews
{
    public static async Task<UpstreamView> ToViewAsync(this GatewayDbContext db, UpstreamEntity row, CancellationToken cancellationToken) =>
        ToView(row, (await db.CountItemsAsync([row.Id], cancellationToken)).GetValueOrDefault(row.Id));

    /// <summary>How many available items these upstreams have, by kind.</summary>
    public static async Task<Dictionary<string, ItemCounts>> CountItemsAsync(
        this GatewayDbContext db, IReadOnlyCollection<string> upstreamIds, CancellationToken cancellationToken)
    {
        var counts = await db.Items
            .Where(item => item.Available && upstreamIds.Contains(item.UpstreamId))
            .GroupBy(item => new { item.UpstreamId, item.Kind })
            .Select(group => new { group.Key.UpstreamId, group.Key.Kind, Count = group.Count() })
            .ToListAsync(cancellationToken);
        return counts.GroupBy(count => count.UpstreamId).ToDictionary(
            group => group.Key,
            group => new ItemCounts(
                group.Where(count => count.Kind == ItemKind.Tool).Sum(count => count.Count),
                group.Where(count => count.Kind == ItemKind.Prompt).Sum(count => count.Count),
                group.Where(count => count.Kind == ItemKind.Resource).Sum(count => count.Count),
                group.Where(count => count.Kind == ItemKind.ResourceTemplate).Sum(count => count.Count)));
    }

    public static UpstreamView ToView(UpstreamEntity row, ItemCounts counts) => new()
    {
        Id = row.Id,
        Name = row.Name,
        Slug = row.Slug,
        Description = row.Description,
        Url = row.Url,
        Transport = row.Transport,
        Command = row.Command,
        Arguments = [.. row.Arguments],
        EnvironmentNames = [.. row.EnvironmentNames],
        WorkingFolder = row.WorkingFolder,
        Auth = row.Auth,
        AuthHeaderNames = [.. row.HeaderNames],
        Tags = [.. row.Tags],
        Visibility = row.Visibility,
        TeamId = row.TeamId,
        OwnerId = row.OwnerId,
        Enabled = row.Enabled,
        Sharing = row.Sharing,
        Drift = row.Drift,
        RefreshSeconds = row.RefreshSeconds,
        TimeoutSeconds = row.TimeoutSeconds,
        MaxConcurrency = row.MaxConcurrency,
        State = row.State,
        Era = row.Era,
        ProtocolVersion = row.ProtocolVersion,
        ServerName = row.ServerName,
        ServerVersion = row.ServerVersion,
        ToolCount = counts.Tools,
        PromptCount = counts.Prompts,
        ResourceCount = counts.Resources,
        TemplateCount = counts.Templates,
        LastSeen = row.LastSeen,
        LastError = row.LastError,
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
        Version = row.Version,
    };
}

/// <summary>How many items an upstream has.</summary>
internal readonly record struct ItemCounts(int Tools, int Prompts, int Resources, int Templates);

using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;

namespace McpGateway.Grains.Administration;

/// <summary>What lists are filtered by, in the database.</summary>
internal static class CatalogFilters
{
    public static IQueryable<UpstreamEntity> Matching(this IQueryable<UpstreamEntity> rows, UpstreamQuery query)
    {
        if (!string.IsNullOrWhiteSpace(query.Search))
        {
            var text = Names.Searchable(query.Search.Trim());
            rows = rows.Where(row => row.SearchText.Contains(text));
        }

        if (query.Tag is { } given)
        {
            var tag = TextRules.Normalize(given);
            rows = rows.Where(row => row.Tags.Contains(tag));
        }

        if (query.State is { } state)
        {
            rows = rows.Where(row => row.State == state);
        }

        if (query.Transport is { } transport)
        {
            rows = rows.Where(row => row.Transport == transport);
        }

        if (query.TeamId is { } team)
        {
            rows = rows.Where(row => row.TeamId == team);
        }

        return query.Enabled is { } enabled ? rows.Where(row => row.Enabled == enabled) : rows;
    }

    public static IQueryable<ServerEntity> Matching(this IQueryable<ServerEntity> rows, ServerQuery query)
    {
        if (!string.IsNullOrWhiteSpace(query.Search))
        {
            var text = Names.Searchable(query.Search.Trim());
            rows = rows.Where(row => row.SearchText.Contains(text));
        }

        if (query.Tag is { } given)
        {
            var tag = TextRules.Normalize(given);
            rows = rows.Where(row => row.Tags.Contains(tag));
        }

        if (query.TeamId is { } team)
        {
            rows = rows.Where(row => row.TeamId == team);
        }

        return query.Enabled is { } enabled ? rows.Where(row => row.Enabled == enabled) : rows;
    }

    /// <summary>An item carries its own tags and those of its upstream.</summary>
    public static IQueryable<CatalogRow> Matching(this IQueryable<CatalogRow> rows, ItemQuery query)
    {
        rows = rows.Where(row => row.Item.Kind == query.Kind);
        if (query.GatewayId is { } upstream)
        {
            rows = rows.Where(row => row.Item.UpstreamId == upstream);
        }

        if (!string.IsNullOrWhiteSpace(query.Search))
        {
            var text = Names.Searchable(query.Search.Trim());
            rows = rows.Where(row => row.Item.SearchText.Contains(text));
        }

        if (query.Tag is { } given)
        {
            var tag = TextRules.Normalize(given);
            rows = rows.Where(row => row.Item.Tags.Contains(tag) || row.Upstream.Tags.Contains(tag));
        }

        if (query.Enabled is { } enabled)
        {
            rows = rows.Where(row => row.Item.Enabled == enabled);
        }

        return query.IncludeUnavailable ? rows : rows.Where(row => row.Item.Available);
    }
}

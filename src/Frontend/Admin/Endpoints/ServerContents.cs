using System.Text.Json;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Admin.Answers;
using McpGateway.Frontend.Admin.Requests;

namespace McpGateway.Frontend.Admin.Endpoints;

/// <summary><c>/servers/{id}/tools</c>, <c>…/prompts</c>, <c>…/resources</c>: what a virtual server exposes, as it is compiled now.</summary>
internal static class ServerContents
{
    private const string Tag = "Virtual servers";

    private static readonly QueryShape s_list = QueryShape.List();

    public static void Map(RouteGroupBuilder routes)
    {
        MapKind(routes, "tools", "The tools that a virtual server exposes", ItemKind.Tool);
        MapKind(routes, "prompts", "The prompts that a virtual server exposes", ItemKind.Prompt);
        MapKind(routes, "resources", "The resources and templates that a virtual server exposes", ItemKind.Resource, ItemKind.ResourceTemplate);
    }

    private static void MapKind(RouteGroupBuilder routes, string name, string summary, params ItemKind[] kinds) =>
        routes.MapGet($"/servers/{{id}}/{name}", (HttpContext context, string id, AdminGrains grains) => ListAsync(context, id, kinds, grains))
            .Says(Tag, summary).Asks(s_list).Gives<ExposedAnswer[]>().Problems(StatusCodes.Status404NotFound);

    private static async Task<IResult> ListAsync(HttpContext context, string id, ItemKind[] kinds, AdminGrains grains)
    {
        var query = QueryValues.Read(context, s_list);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        // The compiled form asks nobody, so this says first whether the caller may see the server.
        var server = await grains.Catalog.GetServerAsync(context.GetCaller(), id, context.RequestAborted);
        if (!server.Succeeded)
        {
            return Problems.Of(server.Refusal);
        }

        var (entries, upstreams) = await ReadEntriesAsync(grains.Server(id), kinds, context.RequestAborted);
        SnapshotEntry[] page = [.. entries.Where(entry => IsAfter(entry, query.Page.Cursor)).Take(query.Page.Limit)];
        var definitions = await ReadDefinitionsAsync(grains.Server(id), page, context.RequestAborted);
        var more = page.Length == query.Page.Limit && page[^1] != entries[^1];
        Lists.SetHeaders(context, more ? page[^1].ExposedName : null, entries.Count);
        ExposedAnswer[] answers =
        [
            .. page.Select(entry => new ExposedAnswer(
                entry.ItemId,
                Words.Item[entry.Kind],
                entry.ExposedName,
                entry.OriginalName,
                entry.UpstreamId,
                upstreams.GetValueOrDefault(entry.UpstreamId),
                entry.Description,
                definitions.TryGetValue(entry.DefinitionHash, out var definition) ? definition : null)),
        ];
        return TypedResults.Json(answers, AdminJson.Default.ExposedAnswerArray);
    }

    private static bool IsAfter(SnapshotEntry entry, string? cursor) =>
        cursor is null || string.CompareOrdinal(entry.ExposedName, cursor) > 0;

    private static async Task<(List<SnapshotEntry> Entries, Dictionary<string, string> Upstreams)> ReadEntriesAsync(
        IVirtualServerGrain grain, ItemKind[] kinds, CancellationToken cancellationToken)
    {
        var entries = new List<SnapshotEntry>();
        var upstreams = new Dictionary<string, string>();
        var parts = grain.ReadAsync(new SnapshotRequest(0, null), cancellationToken);
        await foreach (var part in parts.WithCancellation(cancellationToken))
        {
            foreach (var upstream in part.Header?.Upstreams.OrEmpty() ?? [])
            {
                upstreams[upstream.Id] = upstream.Name;
            }

            entries.AddRange(part.Entries.OrEmpty().Where(entry => kinds.Contains(entry.Kind)));
        }

        entries.Sort(static (first, second) => string.CompareOrdinal(first.ExposedName, second.ExposedName));
        return (entries, upstreams);
    }

    private static async Task<Dictionary<string, JsonElement>> ReadDefinitionsAsync(
        IVirtualServerGrain grain, SnapshotEntry[] page, CancellationToken cancellationToken)
    {
        var definitions = new Dictionary<string, JsonElement>();
        var parts = grain.ReadDefinitionsAsync([.. page.Select(entry => entry.DefinitionHash).Distinct()], cancellationToken);
        await foreach (var part in parts.WithCancellation(cancellationToken))
        {
            foreach (var blob in part.Definitions.OrEmpty())
            {
                using var document = JsonDocument.Parse(blob.Json);
                definitions[blob.Hash] = document.RootElement.Clone();
            }
        }

        return definitions;
    }
}

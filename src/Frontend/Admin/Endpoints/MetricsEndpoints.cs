using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Metrics;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Admin.Answers;
using McpGateway.Frontend.Admin.Requests;

namespace McpGateway.Frontend.Admin.Endpoints;

/// <summary><c>/metrics</c>: who calls what, how often, how fast, over the whole cluster.</summary>
internal static class MetricsEndpoints
{
    // Names are looked up one by one, so not all at once.
    private const int LookUpsAtOnce = 16;
    private const string TotalId = "all";

    private static readonly QueryShape s_query = new(
        QueryField.Text("since", "From the hour that holds this instant (ISO 8601). Default: from the beginning."),
        QueryField.Number("limit", 1, 500, "Most used of each kind, 1 to 500. Default: 50."));

    public static void Map(RouteGroupBuilder routes) => routes.MapGet("/metrics", GetAsync)
        .Says("Sight", "Calls, failures, percentiles and last use: in total, and of the most used of each kind")
        .Asks(s_query).Gives<MetricsAnswer>().Problems(StatusCodes.Status403Forbidden);

    private static async Task<IResult> GetAsync(HttpContext context, AdminGrains grains)
    {
        var query = QueryValues.Read(context, s_query);
        var since = query.Instant("since");
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        var caller = context.GetCaller();
        if (!caller.Rights.Has(Permissions.MetricsRead))
        {
            return Problems.Of(Refusal.Forbidden("metrics.read"));
        }

        var limit = query.Number("limit") ?? 50;
        var names = new SeriesNames(caller, grains, context.RequestAborted);
        var totals = await ReadAsync(SeriesKind.Total, 1);
        return TypedResults.Json(
            new MetricsAnswer(
                since,
                SeriesAnswer.Of(totals is [var all, ..] ? all : new(SeriesKind.Total, TotalId, 0, 0, 0, 0, 0, 0, 0, null), null),
                await NamedAsync(SeriesKind.Tool, id => names.ItemAsync(ItemKind.Tool, id)),
                await NamedAsync(SeriesKind.Prompt, id => names.ItemAsync(ItemKind.Prompt, id)),
                await NamedAsync(SeriesKind.Resource, names.ResourceAsync),
                await NamedAsync(SeriesKind.VirtualServer, names.ServerAsync),
                await NamedAsync(SeriesKind.Upstream, names.UpstreamAsync),
                await NamedAsync(SeriesKind.Token, names.TokenAsync)),
            AdminJson.Default.MetricsAnswer);

        async Task<SeriesSummary[]> ReadAsync(SeriesKind kind, int most) =>
            (await grains.Metrics.SummarizeAsync(new MetricsQuery(kind, [], since, most), context.RequestAborted)).OrEmpty();

        async Task<SeriesAnswer[]> NamedAsync(SeriesKind kind, Func<string, Task<string?>> name) =>
            await NameAsync(await ReadAsync(kind, limit), name, keepUnnamed: caller.Rights.IsAdministrator);
    }

    /// <summary>What has no name is deleted, or hidden from the caller: only administrators get it, for they see everything.</summary>
    private static async Task<SeriesAnswer[]> NameAsync(SeriesSummary[] series, Func<string, Task<string?>> name, bool keepUnnamed)
    {
        var answers = new List<SeriesAnswer>(series.Length);
        foreach (var chunk in series.Chunk(LookUpsAtOnce))
        {
            var names = await Task.WhenAll(chunk.Select(summary => name(summary.Id)));
            answers.AddRange(chunk.Zip(names).Where(pair => keepUnnamed || pair.Second is not null).Select(pair => SeriesAnswer.Of(pair.First, pair.Second)));
        }

        return [.. answers];
    }

    /// <summary>What things are called, where the caller may see them.</summary>
    private sealed class SeriesNames(Caller caller, AdminGrains grains, CancellationToken cancellationToken)
    {
        public async Task<string?> ItemAsync(ItemKind kind, string id) =>
            (await grains.Catalog.GetItemAsync(caller, kind, id, cancellationToken)).Value?.Name;

        public async Task<string?> ResourceAsync(string id) =>
            await ItemAsync(ItemKind.Resource, id) ?? await ItemAsync(ItemKind.ResourceTemplate, id);

        public async Task<string?> ServerAsync(string id) => id == IVirtualServerGrain.Everything
            ? IVirtualServerGrain.Everything
            : (await grains.Catalog.GetServerAsync(caller, id, cancellationToken)).Value?.Name;

        public async Task<string?> UpstreamAsync(string id) => (await grains.Catalog.GetUpstreamAsync(caller, id, cancellationToken)).Value?.Name;

        public async Task<string?> TokenAsync(string id) => (await grains.Access.GetTokenAsync(caller, id, cancellationToken)).Value?.Name;
    }
}

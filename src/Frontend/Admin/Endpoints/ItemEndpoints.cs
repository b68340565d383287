using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Metrics;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Admin.Answers;
using McpGateway.Frontend.Admin.Requests;

namespace McpGateway.Frontend.Admin.Endpoints;

/// <summary>One of <c>/tools</c>, <c>/prompts</c>, <c>/resources</c>, <c>/resources/templates</c>: the catalog.</summary>
/// <param name="kinds">The kinds behind the path; single items are looked for in this order, lists show the first.</param>
internal sealed class ItemEndpoints<TAnswer>(
    string tag, string path, RequestShape body, ImmutableArray<ItemKind> kinds, Func<ItemView, SeriesSummary?, TAnswer> answer,
    JsonTypeInfo<TAnswer> one, JsonTypeInfo<TAnswer[]> many)
{
    public void Map(RouteGroupBuilder routes)
    {
        MapList(routes);
        routes.MapGet($"{path}/{{id}}", GetAsync).Says(tag, "One of them").Gives<TAnswer>().Problems(StatusCodes.Status404NotFound);
        routes.MapMethods($"{path}/{{id}}", ["PUT", "PATCH"], UpdateAsync).Says(tag, "Switch on or off, tag: what is not given stays")
            .Takes(body).Gives<TAnswer>().Problems(StatusCodes.Status404NotFound);
        foreach (var verb in (ReadOnlySpan<string>)["state", "toggle"])
        {
            routes.MapPost($"{path}/{{id}}/{verb}", SetStateAsync).Says(tag, "Switch on or off")
                .Asks(GatewayRequests.Activate).Gives<TAnswer>().Problems(StatusCodes.Status404NotFound);
        }

        routes.MapPost($"{path}/{{id}}/approve", ApproveAsync).Says(tag, "Approve what the MCP server says now, so that it is served")
            .Takes(ItemRequests.Approval).Gives<TAnswer>().Problems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        routes.MapPost($"{path}/{{id}}/withdraw", WithdrawAsync).Says(tag, "Withdraw the approval: not served until approved again")
            .Gives<TAnswer>().Problems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    public void MapList(RouteGroupBuilder routes) =>
        routes.MapGet(path, ListAsync).Says(tag, "List what all MCP servers offer").Asks(ItemRequests.List).Gives<TAnswer[]>();

    private async Task<IResult> ListAsync(HttpContext context, AdminGrains grains)
    {
        var query = QueryValues.Read(context, ItemRequests.List);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        var filter = new ItemQuery(
            kinds[0], query.Text("gateway_id"), query.Text("q"), query.Text("tag"), query.Enabled(), query.Flag("include_unavailable") ?? false);
        var outcome = await grains.Catalog.ListItemsAsync(context.GetCaller(), filter, query.Page, context.RequestAborted);
        if (!outcome.Succeeded)
        {
            return Problems.Of(outcome.Refusal);
        }

        var counts = await CountsAsync(context, grains, outcome.Value.Items);
        return Lists.Answer(context, outcome.Value, view => answer(view, counts.GetValueOrDefault(view.Id)), many);
    }

    private async Task<IResult> GetAsync(HttpContext context, string id, AdminGrains grains)
    {
        var outcome = await FindAsync(kind => grains.Catalog.GetItemAsync(context.GetCaller(), kind, id, context.RequestAborted));
        return await AnswerAsync(context, grains, outcome);
    }

    private async Task<IResult> UpdateAsync(HttpContext context, string id, RequestBody bodies, AdminGrains grains)
    {
        var (values, problem) = await bodies.ReadAsync(context, body);
        return problem ?? await ChangeAsync(context, id, new ItemInput(values.Flag("enabled"), values.Texts("tags")), grains);
    }

    private async Task<IResult> SetStateAsync(HttpContext context, string id, AdminGrains grains)
    {
        var query = QueryValues.Read(context, GatewayRequests.Activate);
        return query.Problem ?? await ChangeAsync(context, id, new ItemInput(query.Flag("activate") ?? true, default), grains);
    }

    private async Task<IResult> ChangeAsync(HttpContext context, string id, ItemInput input, AdminGrains grains)
    {
        var outcome = await FindAsync(kind => grains.Catalog.UpdateItemAsync(context.GetCaller(), kind, id, input, context.RequestAborted));
        return await AnswerAsync(context, grains, outcome);
    }

    private async Task<IResult> ApproveAsync(HttpContext context, string id, RequestBody bodies, AdminGrains grains)
    {
        var (values, problem) = await bodies.ReadAsync(context, ItemRequests.Approval, optional: true);
        if (problem is not null)
        {
            return problem;
        }

        var hash = values.Text("definition_hash");
        var outcome = await FindAsync(kind => grains.Catalog.ApproveItemAsync(context.GetCaller(), kind, id, hash, context.RequestAborted));
        return await AnswerAsync(context, grains, outcome);
    }

    private async Task<IResult> WithdrawAsync(HttpContext context, string id, AdminGrains grains)
    {
        var outcome = await FindAsync(kind => grains.Catalog.WithdrawItemAsync(context.GetCaller(), kind, id, context.RequestAborted));
        return await AnswerAsync(context, grains, outcome);
    }

    private async Task<Outcome<ItemView>> FindAsync(Func<ItemKind, ValueTask<Outcome<ItemView>>> call)
    {
        Outcome<ItemView>? first = null;
        foreach (var kind in kinds)
        {
            var outcome = await call(kind);
            if (outcome.Succeeded || outcome.Refusal.Kind != RefusalKind.NotFound)
            {
                return outcome;
            }

            first ??= outcome;
        }

        return first!;
    }

    private async Task<IResult> AnswerAsync(HttpContext context, AdminGrains grains, Outcome<ItemView> outcome)
    {
        if (!outcome.Succeeded)
        {
            return Problems.Of(outcome.Refusal);
        }

        var counts = await CountsAsync(context, grains, [outcome.Value]);
        return TypedResults.Json(answer(outcome.Value, counts.GetValueOrDefault(outcome.Value.Id)), one);
    }

    /// <summary>The counts of these items, for callers who may see counts.</summary>
    private async Task<Dictionary<string, SeriesSummary>> CountsAsync(HttpContext context, AdminGrains grains, ImmutableArray<ItemView> items)
    {
        if (items.IsDefaultOrEmpty || !context.GetCaller().Rights.Has(Permissions.MetricsRead))
        {
            return [];
        }

        var series = kinds[0] switch
        {
            ItemKind.Tool => SeriesKind.Tool,
            ItemKind.Prompt => SeriesKind.Prompt,
            _ => SeriesKind.Resource,
        };
        var query = new MetricsQuery(series, [.. items.Select(item => item.Id)], null, items.Length);
        var counts = await grains.Metrics.SummarizeAsync(query, context.RequestAborted);
        return counts.OrEmpty().ToDictionary(count => count.Id);
    }
}

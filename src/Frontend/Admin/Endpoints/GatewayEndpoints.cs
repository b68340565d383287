using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Admin.Answers;
using McpGateway.Frontend.Admin.Requests;

namespace McpGateway.Frontend.Admin.Endpoints;

/// <summary><c>/gateways</c>: the registered MCP servers.</summary>
internal static class GatewayEndpoints
{
    private const string Tag = "MCP servers";

    public static void Map(RouteGroupBuilder routes)
    {
        routes.MapPost("/gateways", CreateAsync).Says(Tag, "Register an MCP server and discover what it offers")
            .Takes(GatewayRequests.Body).Asks(GatewayRequests.Wait)
            .Gives<GatewayAnswer>(StatusCodes.Status201Created, StatusCodes.Status202Accepted).Problems(StatusCodes.Status409Conflict);
        routes.MapGet("/gateways", ListAsync).Says(Tag, "List the MCP servers").Asks(GatewayRequests.List).Gives<GatewayAnswer[]>();
        routes.MapGet("/gateways/{id}", GetAsync).Says(Tag, "One MCP server").Gives<GatewayAnswer>().Problems(StatusCodes.Status404NotFound);
        routes.MapMethods("/gateways/{id}", ["PUT", "PATCH"], UpdateAsync).Says(Tag, "Change an MCP server: what is not given stays")
            .Takes(GatewayRequests.Body).Gives<GatewayAnswer>().Problems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        routes.MapDelete("/gateways/{id}", DeleteAsync).Says(Tag, "Delete an MCP server with its tools, prompts and resources")
            .Gives<DoneAnswer>().Problems(StatusCodes.Status404NotFound);
        foreach (var path in (ReadOnlySpan<string>)["/gateways/{id}/state", "/gateways/{id}/toggle"])
        {
            routes.MapPost(path, SetStateAsync).Says(Tag, "Switch an MCP server on or off")
                .Asks(GatewayRequests.Activate).Gives<GatewayAnswer>().Problems(StatusCodes.Status404NotFound);
        }

        foreach (var path in (ReadOnlySpan<string>)["/gateways/{id}/refresh", "/gateways/{id}/tools/refresh"])
        {
            routes.MapPost(path, RefreshAsync).Says(Tag, "Discover once more what an MCP server offers")
                .Asks(GatewayRequests.Wait).Gives<GatewayAnswer>(StatusCodes.Status200OK, StatusCodes.Status202Accepted)
                .Problems(StatusCodes.Status404NotFound);
        }

        routes.MapPost("/gateways/test", TestAsync).Says(Tag, "Try settings without saving them").Takes(GatewayRequests.Body).Gives<ProbeAnswer>();
        routes.MapGet("/gateways/{id}/logs", ReadLogAsync).Says(Tag, "The last lines that its process wrote to standard error")
            .Gives<LogLineAnswer[]>().Problems(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, RequestBody bodies, AdminGrains grains, UpstreamFollower follower)
    {
        var query = QueryValues.Read(context, GatewayRequests.Wait);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        var (values, problem) = await bodies.ReadAsync(context, GatewayRequests.Body);
        if (problem is not null)
        {
            return problem;
        }

        var caller = context.GetCaller();
        var outcome = await grains.Catalog.CreateUpstreamAsync(caller, GatewayRequests.ToInput(values), context.RequestAborted);
        if (!outcome.Succeeded)
        {
            return Problems.Of(outcome.Refusal);
        }

        var view = await follower.FollowAsync(caller, outcome.Value, query.Number("wait"), context.RequestAborted);
        context.Response.Headers.Location = $"/gateways/{view.Id}";
        return TypedResults.Json(
            GatewayAnswer.Of(view),
            AdminJson.Default.GatewayAnswer,
            statusCode: view.State == UpstreamState.Pending ? StatusCodes.Status202Accepted : StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(HttpContext context, AdminGrains grains)
    {
        var query = QueryValues.Read(context, GatewayRequests.List);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        var filter = new UpstreamQuery(
            query.Text("q"),
            query.Text("tag"),
            query.Choice("state", Words.State),
            query.Choice("transport", Words.Transport),
            query.Text("team_id"),
            query.Enabled());
        var outcome = await grains.Catalog.ListUpstreamsAsync(context.GetCaller(), filter, query.Page, context.RequestAborted);
        return outcome.AnswerList(context, GatewayAnswer.Of, AdminJson.Default.GatewayAnswerArray);
    }

    private static async Task<IResult> GetAsync(HttpContext context, string id, AdminGrains grains)
    {
        var outcome = await grains.Catalog.GetUpstreamAsync(context.GetCaller(), id, context.RequestAborted);
        return outcome.Answer(GatewayAnswer.Of, AdminJson.Default.GatewayAnswer);
    }

    private static async Task<IResult> UpdateAsync(HttpContext context, string id, RequestBody bodies, AdminGrains grains)
    {
        var (values, problem) = await bodies.ReadAsync(context, GatewayRequests.Body);
        if (problem is not null)
        {
            return problem;
        }

        var outcome = await grains.Catalog.UpdateUpstreamAsync(
            context.GetCaller(), id, GatewayRequests.ToInput(values), context.RequestAborted);
        return outcome.Answer(GatewayAnswer.Of, AdminJson.Default.GatewayAnswer);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, string id, AdminGrains grains)
    {
        var outcome = await grains.Catalog.DeleteUpstreamAsync(context.GetCaller(), id, context.RequestAborted);
        return outcome.AnswerGone(view => $"MCP server '{view.Name}' deleted.");
    }

    private static async Task<IResult> SetStateAsync(HttpContext context, string id, AdminGrains grains)
    {
        var query = QueryValues.Read(context, GatewayRequests.Activate);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        var input = new UpstreamInput { Enabled = query.Flag("activate") ?? true };
        var outcome = await grains.Catalog.UpdateUpstreamAsync(context.GetCaller(), id, input, context.RequestAborted);
        return outcome.Answer(GatewayAnswer.Of, AdminJson.Default.GatewayAnswer);
    }

    private static async Task<IResult> RefreshAsync(HttpContext context, string id, AdminGrains grains, UpstreamFollower follower)
    {
        var query = QueryValues.Read(context, GatewayRequests.Wait);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        var managed = await ManagedAsync(context, id, grains);
        if (!managed.Succeeded)
        {
            return Problems.Of(managed.Refusal);
        }

        var (view, over) = await follower.RefreshAsync(context.GetCaller(), managed.Value, query.Number("wait"), context.RequestAborted);
        return TypedResults.Json(
            GatewayAnswer.Of(view),
            AdminJson.Default.GatewayAnswer,
            statusCode: over ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> TestAsync(HttpContext context, RequestBody bodies, AdminGrains grains)
    {
        var (values, problem) = await bodies.ReadAsync(context, GatewayRequests.Body);
        if (problem is not null)
        {
            return problem;
        }

        var probes = grains.Catalog.TestUpstreamAsync(context.GetCaller(), GatewayRequests.ToInput(values), context.RequestAborted);
        await foreach (var outcome in probes.WithCancellation(context.RequestAborted))
        {
            return outcome.Answer(ProbeAnswer.Of, AdminJson.Default.ProbeAnswer);
        }

        return Problems.Of(Refusal.Unavailable("The test ended without a result; try again."));
    }

    private static async Task<IResult> ReadLogAsync(HttpContext context, string id, AdminGrains grains)
    {
        var managed = await ManagedAsync(context, id, grains);
        if (!managed.Succeeded)
        {
            return Problems.Of(managed.Refusal);
        }

        var lines = await grains.Upstream(id).ReadLogAsync(context.RequestAborted);
        return TypedResults.Json(
            [.. lines.OrEmpty().Select(line => new LogLineAnswer(line.At, line.Connection, line.Text))], AdminJson.Default.LogLineAnswerArray);
    }

    /// <summary>The server, if the caller may change it: upstream grains themselves ask nobody.</summary>
    private static async Task<Outcome<UpstreamView>> ManagedAsync(HttpContext context, string id, AdminGrains grains)
    {
        var caller = context.GetCaller();
        var outcome = await grains.Catalog.GetUpstreamAsync(caller, id, context.RequestAborted);
        return outcome.Succeeded && !MayManage(caller.Rights, outcome.Value) ? Refusal.Forbidden("gateways.update") : outcome;
    }

    private static bool MayManage(Abstractions.Access.Rights rights, UpstreamView view) =>
        rights.Has(Abstractions.Access.Permissions.GatewaysUpdate) && rights.Manages(view.OwnerId, view.TeamId);
}

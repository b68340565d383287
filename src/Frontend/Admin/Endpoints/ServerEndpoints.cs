using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Admin.Answers;
using McpGateway.Frontend.Admin.Requests;

namespace McpGateway.Frontend.Admin.Endpoints;

/// <summary><c>/servers</c>: the virtual servers.</summary>
internal static class ServerEndpoints
{
    private const string Tag = "Virtual servers";

    public static void Map(RouteGroupBuilder routes)
    {
        routes.MapPost("/servers", CreateAsync).Says(Tag, "Create a virtual server").Takes(ServerRequests.Body)
            .Gives<ServerAnswer>(StatusCodes.Status201Created).Problems(StatusCodes.Status409Conflict);
        routes.MapGet("/servers", ListAsync).Says(Tag, "List the virtual servers").Asks(ServerRequests.List).Gives<ServerAnswer[]>();
        routes.MapGet("/servers/{id}", GetAsync).Says(Tag, "One virtual server").Gives<ServerAnswer>().Problems(StatusCodes.Status404NotFound);
        routes.MapMethods("/servers/{id}", ["PUT", "PATCH"], UpdateAsync).Says(Tag, "Change a virtual server: what is not given stays")
            .Takes(ServerRequests.Body).Gives<ServerAnswer>().Problems(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        routes.MapDelete("/servers/{id}", DeleteAsync).Says(Tag, "Delete a virtual server").Gives<DoneAnswer>()
            .Problems(StatusCodes.Status404NotFound);
        foreach (var path in (ReadOnlySpan<string>)["/servers/{id}/state", "/servers/{id}/toggle"])
        {
            routes.MapPost(path, SetStateAsync).Says(Tag, "Switch a virtual server on or off")
                .Asks(GatewayRequests.Activate).Gives<ServerAnswer>().Problems(StatusCodes.Status404NotFound);
        }
    }

    private static async Task<IResult> CreateAsync(HttpContext context, RequestBody bodies, AdminGrains grains, PublicAddress address)
    {
        var (values, problem) = await bodies.ReadAsync(context, ServerRequests.Body);
        if (problem is not null)
        {
            return problem;
        }

        var outcome = await grains.Catalog.CreateServerAsync(context.GetCaller(), ServerRequests.ToInput(values), context.RequestAborted);
        if (outcome.Succeeded)
        {
            context.Response.Headers.Location = $"/servers/{outcome.Value.Id}";
        }

        return outcome.Answer(view => ServerAnswer.Of(view, address.Of(context)), AdminJson.Default.ServerAnswer, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(HttpContext context, AdminGrains grains, PublicAddress address)
    {
        var query = QueryValues.Read(context, ServerRequests.List);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        var filter = new ServerQuery(query.Text("q"), query.Text("tag"), query.Text("team_id"), query.Enabled());
        var outcome = await grains.Catalog.ListServersAsync(context.GetCaller(), filter, query.Page, context.RequestAborted);
        return outcome.AnswerList(context, view => ServerAnswer.Of(view, address.Of(context)), AdminJson.Default.ServerAnswerArray);
    }

    private static async Task<IResult> GetAsync(HttpContext context, string id, AdminGrains grains, PublicAddress address)
    {
        var outcome = await grains.Catalog.GetServerAsync(context.GetCaller(), id, context.RequestAborted);
        return outcome.Answer(view => ServerAnswer.Of(view, address.Of(context)), AdminJson.Default.ServerAnswer);
    }

    private static async Task<IResult> UpdateAsync(
        HttpContext context, string id, RequestBody bodies, AdminGrains grains, PublicAddress address)
    {
        var (values, problem) = await bodies.ReadAsync(context, ServerRequests.Body);
        return problem ?? await ChangeAsync(context, id, ServerRequests.ToInput(values), grains, address);
    }

    private static async Task<IResult> SetStateAsync(HttpContext context, string id, AdminGrains grains, PublicAddress address)
    {
        var query = QueryValues.Read(context, GatewayRequests.Activate);
        return query.Problem
            ?? await ChangeAsync(context, id, new ServerInput { Enabled = query.Flag("activate") ?? true }, grains, address);
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context, string id, ServerInput input, AdminGrains grains, PublicAddress address)
    {
        var outcome = await grains.Catalog.UpdateServerAsync(context.GetCaller(), id, input, context.RequestAborted);
        return outcome.Answer(view => ServerAnswer.Of(view, address.Of(context)), AdminJson.Default.ServerAnswer);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, string id, AdminGrains grains)
    {
        var outcome = await grains.Catalog.DeleteServerAsync(context.GetCaller(), id, context.RequestAborted);
        return outcome.AnswerGone(view => $"Virtual server '{view.Name}' deleted.");
    }
}

using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Frontend.Admin.Answers;
using McpGateway.Frontend.Admin.Requests;

namespace McpGateway.Frontend.Admin.Endpoints;

/// <summary><c>/tokens</c>: what agents authenticate with.</summary>
internal static class TokenEndpoints
{
    private const string Tag = "Tokens";

    private static readonly RequestShape s_scope = new("TokenScope", wrapper: null,
    [
        Field.Text("server_id", "The virtual server the token is bound to."),
        Field.Texts("server_ids", "The virtual servers the token is bound to. Default: all that its owner may use."),
        Field.Texts("permissions", $"What it may do: {string.Join(", ", PermissionNames.Known)}; area.* or *. Default: use virtual servers."),
        Field.Texts("ip_restrictions", "Networks (CIDR) it may be used from. Default: any."),
        Field.EmptyOnly("time_restrictions", "Not supported yet: may only be empty."),
        Field.EmptyOnly("usage_limits", "Not supported yet: may only be empty."),
    ]);

    private static readonly RequestShape s_token = new("Token", "token",
        [
            Field.Text("name", "Name for people."),
            Field.Text("description", "What it is for."),
            Field.Number("expires_in_days", "Days until it is refused, 1 to 3650. Default: 365."),
            Field.Number("expires_in_minutes", "Minutes until it is refused, 1 to 5256000; instead of expires_in_days."),
            Field.Object("scope", s_scope, "What it is good for."),
            Field.Text("team_id", "The team it belongs to."),
            Field.Flag("is_active", "Only true: a token is good from the beginning until it is revoked."),
            Field.EmptyOnly("user_email", "Not supported: a token belongs to the user who makes it."),
        ],
        "tags");

    private static readonly QueryShape s_list = QueryShape.List();

    public static void Map(RouteGroupBuilder routes)
    {
        routes.MapPost("/tokens", CreateAsync).Says(Tag, "Make a token; its secret is shown this once").Takes(s_token)
            .Gives<CreatedTokenAnswer>(StatusCodes.Status201Created);
        routes.MapGet("/tokens", ListAsync).Says(Tag, "List the caller's tokens; administrators see all").Asks(s_list).Gives<TokenAnswer[]>();
        routes.MapGet("/tokens/{id}", GetAsync).Says(Tag, "One token").Gives<TokenAnswer>().Problems(StatusCodes.Status404NotFound);
        routes.MapPost("/tokens/{id}/revoke", RevokeAsync).Says(Tag, "Revoke a token: refused everywhere within a second").Gives<TokenAnswer>()
            .Problems(StatusCodes.Status404NotFound);
        routes.MapDelete("/tokens/{id}", DeleteAsync).Says(Tag, "Revoke a token: refused everywhere within a second")
            .Produces(StatusCodes.Status204NoContent)
            .Problems(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, RequestBody bodies, AdminGrains grains, TimeProvider time)
    {
        var (values, problem) = await bodies.ReadAsync(context, s_token);
        if (problem is not null)
        {
            return problem;
        }

        if (values.Flag("is_active") is false)
        {
            return Problems.Of(Refusal.Invalid("is_active", "may only be true: a token is good until it is revoked."));
        }

        var scope = values.Object("scope");
        var servers = scope.Texts("server_ids");
        var input = new TokenInput(
            values.Text("name"),
            values.Text("description"),
            values.Number("expires_in_days"),
            scope.Text("server_id") is { } server ? [server, .. servers.OrEmpty().Where(id => id != server)] : servers,
            scope.Texts("permissions"),
            scope.Texts("ip_restrictions"),
            values.Text("team_id"),
            values.Number("expires_in_minutes"));
        var outcome = await grains.Access.CreateTokenAsync(context.GetCaller(), input, context.RequestAborted);
        if (!outcome.Succeeded)
        {
            return Problems.Of(outcome.Refusal);
        }

        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location = $"/tokens/{outcome.Value.Token.Id}";
        return TypedResults.Json(
            new CreatedTokenAnswer(outcome.Value.AccessToken, TokenAnswer.Of(outcome.Value.Token, time.GetUtcNow())),
            AdminJson.Default.CreatedTokenAnswer,
            statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(HttpContext context, AdminGrains grains, TimeProvider time)
    {
        var query = QueryValues.Read(context, s_list);
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var outcome = await grains.Access.ListTokensAsync(context.GetCaller(), query.Page, context.RequestAborted);
        return outcome.AnswerList(context, view => TokenAnswer.Of(view, time.GetUtcNow()), AdminJson.Default.TokenAnswerArray);
    }

    private static async Task<IResult> GetAsync(HttpContext context, string id, AdminGrains grains, TimeProvider time)
    {
        var outcome = await grains.Access.GetTokenAsync(context.GetCaller(), id, context.RequestAborted);
        return outcome.Answer(view => TokenAnswer.Of(view, time.GetUtcNow()), AdminJson.Default.TokenAnswer);
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, string id, AdminGrains grains, TimeProvider time)
    {
        var outcome = await grains.Access.RevokeTokenAsync(context.GetCaller(), id, context.RequestAborted);
        return outcome.Answer(view => TokenAnswer.Of(view, time.GetUtcNow()), AdminJson.Default.TokenAnswer);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, string id, AdminGrains grains)
    {
        var outcome = await grains.Access.RevokeTokenAsync(context.GetCaller(), id, context.RequestAborted);
        return outcome.Succeeded ? TypedResults.NoContent() : Problems.Of(outcome.Refusal);
    }
}

using McpGateway.Frontend.Access;
using McpGateway.Frontend.Admin.Answers;
using McpGateway.Frontend.Admin.Requests;
using McpGateway.Gateway.Hosting;

namespace McpGateway.Frontend.Admin.Endpoints;

/// <summary><c>/auth/login</c> and <c>/users</c>.</summary>
internal static class AccountEndpoints
{
    private const string Tag = "Users";

    private static readonly RequestShape s_login = new("Login", wrapper: null,
    [
        Field.Text("email", "The user's e-mail address."),
        Field.Text("username", "Another word for email."),
        Field.Text("password", "The user's password."),
    ]);

    private static readonly QueryShape s_list = QueryShape.List();

    public static void MapSignIn(RouteGroupBuilder routes) => routes.MapPost("/auth/login", SignInAsync)
        .Says(Tag, "Sign in with e-mail address and password")
        .Takes(s_login)
        .Gives<SignInAnswer>()
        .Problems(StatusCodes.Status429TooManyRequests);

    public static void Map(RouteGroupBuilder routes)
    {
        routes.MapGet("/users", ListAsync).Says(Tag, "List the users").Asks(s_list).Gives<UserAnswer[]>();
        routes.MapGet("/users/me", (HttpContext context) => TypedResults.Json(MeAnswer.Of(context.GetIdentity()), AdminJson.Default.MeAnswer))
            .Says(Tag, "Who the caller is and what it may do")
            .Gives<MeAnswer>();
    }

    private static async Task<IResult> SignInAsync(
        HttpContext context, RequestBody bodies, AdminGrains grains, SignInTokens tokens, ClientAddress clientAddress)
    {
        var (values, problem) = await bodies.ReadAsync(context, s_login);
        if (problem is not null)
        {
            return problem;
        }

        var errors = new FieldErrors();
        var email = Required(values.Text("email") ?? values.Text("username"), "email", errors);
        var password = Required(values.Text("password"), "password", errors);
        if (errors.Any)
        {
            return Problems.Of(errors.ToRefusal());
        }

        var outcome = await grains.Access.SignInAsync(email, password, clientAddress.Of(context)?.ToString(), context.RequestAborted);
        if (!outcome.Succeeded)
        {
            return Problems.Of(outcome.Refusal);
        }

        var (token, lifetime) = tokens.Create(outcome.Value);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(new SignInAnswer(token, "bearer", (int)lifetime.TotalSeconds), AdminJson.Default.SignInAnswer);
    }

    private static string Required(string? text, string field, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text))
        {
            errors.Add(field, "is required.");
        }

        return text ?? "";
    }

    private static async Task<IResult> ListAsync(HttpContext context, AdminGrains grains)
    {
        var query = QueryValues.Read(context, s_list);
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var outcome = await grains.Access.ListUsersAsync(context.GetCaller(), query.Page, context.RequestAborted);
        return outcome.AnswerList(context, UserAnswer.Of, AdminJson.Default.UserAnswerArray);
    }
}

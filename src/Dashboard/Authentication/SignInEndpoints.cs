using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Seam;
using McpGateway.Dashboard.Cluster;
using McpGateway.Dashboard.Components.Pages;
using McpGateway.Dashboard.Configuration;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace McpGateway.Dashboard.Authentication;

/// <summary>Sign-in and sign-out: plain form posts, checked against forgery here, so that the host needs no middleware for it.</summary>
internal static partial class SignInEndpoints
{
    private const string ReadTooLate = "This page was open for too long, or it came from elsewhere. Nothing was sent on; please try again.";

    public static void MapSignIn(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(DashboardAuthentication.SignInPath, ShowAsync).WithSecurityHeaders().ExcludeFromDescription();
        endpoints.MapPost(DashboardAuthentication.SignInPath, SignInAsync).WithMetadata(new FormLimit()).WithSecurityHeaders().ExcludeFromDescription();
        endpoints.MapPost(DashboardAuthentication.SignOutPath, SignOutAsync).WithMetadata(new FormLimit()).WithSecurityHeaders().ExcludeFromDescription();
        endpoints.MapGet(DashboardAuthentication.SignOutPath, () => Results.Redirect("~" + ReturnUrl.Default)).ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context,
        IAntiforgery antiforgery,
        [FromQuery(Name = DashboardAuthentication.ReturnParameter)] string? returnUrl,
        [FromQuery] string? ended)
    {
        var target = ReturnUrl.Safe(returnUrl);
        var session = await context.AuthenticateAsync(DashboardAuthentication.Scheme);
        return session.Succeeded && ended is null
            ? Results.Redirect("~" + target)
            : Page(context, antiforgery, target, "", StatusCodes.Status200OK, null, ended is null ? null : "Your session ended. Sign in to go on.");
    }

    private static async Task<IResult> SignInAsync(HttpContext context, IAntiforgery antiforgery, IGrains grains, ILogger<SignIn> logger)
    {
        if (await ReadFormAsync(context) is not { } form)
        {
            return Results.BadRequest();
        }

        var email = form["email"].ToString().Trim();
        var password = form["password"].ToString();
        var target = ReturnUrl.Safe(form[DashboardAuthentication.ReturnParameter]);
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Page(context, antiforgery, target, email, StatusCodes.Status400BadRequest, ReadTooLate);
        }

        if (email.Length == 0 || password.Length == 0)
        {
            return Page(context, antiforgery, target, email, StatusCodes.Status200OK, "Enter both your e-mail address and your password.");
        }

        Outcome<SignIn> outcome;
        try
        {
            var address = context.Connection.RemoteIpAddress?.ToString();
            outcome = await grains.Get<IAccessGrain>(GrainKeys.Worker).SignInAsync(email, password, address, context.RequestAborted);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            LogFailed(logger, exception, context.TraceIdentifier);
            outcome = Refusal.Unavailable("The gateway could not check your password just now. You are not signed in; please try again in a moment.");
        }

        if (!outcome.Succeeded)
        {
            return Page(context, antiforgery, target, email, StatusOf(outcome.Refusal), outcome.Refusal.Detail);
        }

        await context.SignInAsync(DashboardAuthentication.Scheme, SessionClaims.ToPrincipal(outcome.Value));
        return SeeOther(context, target);
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery)
    {
        // The token is bound to the user, whom this endpoint otherwise has no need to know.
        var session = await context.AuthenticateAsync(DashboardAuthentication.Scheme);
        context.User = session.Principal ?? context.User;
        if (session.Succeeded && (await ReadFormAsync(context) is null || !await antiforgery.IsRequestValidAsync(context)))
        {
            return Results.BadRequest();
        }

        await context.SignOutAsync(DashboardAuthentication.Scheme);
        return SeeOther(context, DashboardAuthentication.SignInPath);
    }

    // A wrong password is an answer to a form, not a failed page load; what the user cannot mend by typing is told to machines as well.
    private static int StatusOf(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.Limited => StatusCodes.Status429TooManyRequests,
        RefusalKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status200OK,
    };

    private static async Task<IFormCollection?> ReadFormAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            return null;
        }

        try
        {
            return await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static RazorComponentResult<SignInPage> Page(
        HttpContext context, IAntiforgery antiforgery, string target, string email, int status, string? problem, string? notice = null)
    {
        // Whoever is still signed in under an old cookie signs in as nobody: the token would be bound to them otherwise.
        context.User = new System.Security.Claims.ClaimsPrincipal();
        var tokens = antiforgery.GetAndStoreTokens(context);
        context.Response.Headers.CacheControl = "no-store";
        var model = new SignInModel(
            tokens.FormFieldName, tokens.RequestToken ?? "", target, email, notice, problem, status >= 500 ? context.TraceIdentifier : null);
        return new RazorComponentResult<SignInPage>(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(SignInPage.Model)] = model,
            [nameof(SignInPage.Preferences)] = BrowserPreferences.Read(context.Request),
            [nameof(SignInPage.BasePath)] = context.Request.PathBase + "/",
        })
        {
            StatusCode = status,
        };
    }

    private static IResult SeeOther(HttpContext context, string target)
    {
        context.Response.Headers.Location = context.Request.PathBase + target;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Sign-in failed for a reason of our own (request {RequestId}).")]
    private static partial void LogFailed(ILogger logger, Exception exception, string requestId);

    private sealed class FormLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => 16 * 1024;
    }
}

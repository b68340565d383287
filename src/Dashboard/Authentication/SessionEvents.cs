using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Seam;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace McpGateway.Dashboard.Authentication;

/// <summary>Holds each request's cookie against the user as it is now: disabled, gone or with another stamp means signed out.</summary>
internal sealed partial class SessionEvents(IGrains grains, ILogger<SessionEvents> logger) : CookieAuthenticationEvents
{
    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (SessionClaims.From(context.Principal) is not { } session)
        {
            await EndAsync(context);
            return;
        }

        try
        {
            var access = await grains.Get<IAccessGrain>(Cluster.GrainKeys.Worker)
                .GetPrincipalAsync(session.UserId, context.HttpContext.RequestAborted);
            if (!CurrentUser.IsStillSignedIn(session, access))
            {
                await EndAsync(context);
                return;
            }
        }
        catch (Exception exception) when (!context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody can say what the user may do. The page is served and says so; it reads rights itself before it shows anything.
            LogNotChecked(exception, session.UserId);
        }

        var address = context.HttpContext.Connection.RemoteIpAddress?.ToString();
        context.Principal = SessionClaims.WithAddress(context.Principal!, address);
    }

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        // A redirect helps a person who opens a page. Blazor's own connection wants to be told.
        if (HttpMethods.IsGet(context.Request.Method) && context.Request.Path.StartsWithSegments("/ui", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Redirect(context.RedirectUri);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }

        return Task.CompletedTask;
    }

    private static async Task EndAsync(CookieValidatePrincipalContext context)
    {
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(DashboardAuthentication.Scheme);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The session of user {UserId} could not be checked; its pages show nothing until it can.")]
    private partial void LogNotChecked(Exception exception, string userId);
}

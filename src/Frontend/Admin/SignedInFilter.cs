using McpGateway.Abstractions.Access;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Admin.Answers;
using Microsoft.AspNetCore.Http.Features;

namespace McpGateway.Frontend.Admin;

/// <summary>Lets in whoever has good credentials. What they may do is decided by the grains.</summary>
internal sealed class SignedInFilter(RequestAuthenticator authenticator) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var authentication = await authenticator.AuthenticateAsync(http);
        if (!authentication.IsAuthenticated)
        {
            return Problems.Of(authentication.Status);
        }

        http.Features.Set(new SignedIn(authentication.Identity!, authentication.ToCaller(http)));
        return await next(context);
    }
}

/// <summary>Who sent the request that is being served.</summary>
internal sealed record SignedIn(CallerIdentity Identity, Caller Caller);

internal static class SignedInExtensions
{
    /// <summary>The caller; only behind <see cref="SignedInFilter"/>.</summary>
    public static Caller GetCaller(this HttpContext context) => context.Features.GetRequiredFeature<SignedIn>().Caller;

    public static CallerIdentity GetIdentity(this HttpContext context) => context.Features.GetRequiredFeature<SignedIn>().Identity;
}

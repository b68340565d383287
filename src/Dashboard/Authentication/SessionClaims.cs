using System.Security.Claims;
using McpGateway.Abstractions.Access;

namespace McpGateway.Dashboard.Authentication;

/// <summary>What the cookie says: who signed in, and under which security stamp. Never what they may do; that is read anew.</summary>
/// <param name="Address">Where the request came from; known while it is served, never in the cookie.</param>
internal sealed record SessionClaims(string UserId, string Email, string SecurityStamp, string? Address)
{
    private const string StampType = "mcpgateway:stamp";
    private const string AddressType = "mcpgateway:address";

    public static ClaimsPrincipal ToPrincipal(SignIn signIn) =>
        new(new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, signIn.UserId),
                new Claim(ClaimTypes.Name, signIn.Email),
                new Claim(StampType, signIn.SecurityStamp),
            ],
            DashboardAuthentication.Scheme));

    /// <summary>Null when the principal is not one of ours.</summary>
    public static SessionClaims? From(ClaimsPrincipal? principal) =>
        principal?.FindFirstValue(ClaimTypes.NameIdentifier) is { } id && principal.FindFirstValue(StampType) is { } stamp
            ? new SessionClaims(id, principal.FindFirstValue(ClaimTypes.Name) ?? id, stamp, principal.FindFirstValue(AddressType))
            : null;

    /// <summary>The same principal with the address of the request that brought it, for audit entries made from its pages.</summary>
    public static ClaimsPrincipal WithAddress(ClaimsPrincipal principal, string? address)
    {
        if (address is null)
        {
            return principal;
        }

        var copy = principal.Clone();
        copy.AddIdentity(new ClaimsIdentity([new Claim(AddressType, address)]));
        return copy;
    }
}

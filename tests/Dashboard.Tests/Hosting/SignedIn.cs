using System.Security.Claims;
using McpGateway.Abstractions.Access;
using McpGateway.Dashboard.Authentication;
using McpGateway.Dashboard.Cluster;
using McpGateway.Dashboard.Configuration;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpGateway.Dashboard.Tests.Hosting;

/// <summary>Makes users and clients without a host.</summary>
internal static class SignedIn
{
    public static CurrentUser User(GatewayWorld world, TimeProvider time, ClaimsPrincipal? principal = null)
    {
        principal ??= SessionClaims.WithAddress(
            SessionClaims.ToPrincipal(new SignIn(GatewayWorld.UserId, GatewayWorld.Email, "stamp-1")), "192.0.2.7");
        return new CurrentUser(
            new Fixed(principal), new WorldGrains(world), Options.Create(new DashboardOptions()), time, NullLogger<CurrentUser>.Instance);
    }

    public static async Task<OverviewClient> ClientAsync(GatewayWorld world, TimeProvider time)
    {
        var user = User(world, time);
        await user.LoadAsync(TestContext.Current.CancellationToken);
        return new OverviewClient(new WorldGrains(world), user);
    }

    private sealed class Fixed(ClaimsPrincipal principal) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(principal));
    }
}

using System.Net;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Changes;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Frontend.Tests.Access;

public sealed class RequestAuthenticatorTests
{
    [Fact]
    public async Task Authenticate_WarmToken_AllocatesNothing()
    {
        await using var host = await ApiHost.StartAsync();
        var authenticator = host.Services.GetRequiredService<RequestAuthenticator>();
        var context = Request(host.Grains.Access.AddToken(networks: ["10.0.0.0/8", "2001:db8::/32"]));
        (await authenticator.AuthenticateAsync(context)).Status.ShouldBe(AuthenticationStatus.Authenticated);
        var served = 0;
        Serve(1000);

        // The least of several rounds: on a busy machine the feed may be late in one of them, and then the token is rightly asked for anew.
        var allocated = Enumerable.Range(0, 10).Min(_ => Measure());

        allocated.ShouldBe(0);

        long Measure()
        {
            served = 0;
            var before = GC.GetAllocatedBytesForCurrentThread();
            Serve(1000);
            return served == 1000 ? GC.GetAllocatedBytesForCurrentThread() - before : long.MaxValue;
        }

        void Serve(int times)
        {
            for (var i = 0; i < times; i++)
            {
                var authentication = authenticator.AuthenticateAsync(context);
                served += authentication is { IsCompletedSuccessfully: true, Result.IsAuthenticated: true } ? 1 : 0;
            }
        }
    }

    [Fact]
    public async Task Authenticate_SameToken_IsTheSameIdentityUntilItChanges()
    {
        await using var host = await ApiHost.StartAsync();
        var authenticator = host.Services.GetRequiredService<RequestAuthenticator>();
        var first = (await authenticator.AuthenticateAsync(Request(host.Token))).Identity;
        (await authenticator.AuthenticateAsync(Request(host.Token))).Identity.ShouldBeSameAs(first);

        var id = host.Grains.Feed.Publish(ChangeKind.Principal, "u-admin");
        await Eventually.TrueAsync(() => host.Feed.LastId == id, "the change is heard");
        var second = (await authenticator.AuthenticateAsync(Request(host.Token))).Identity;

        second.ShouldNotBeSameAs(first);
        second!.Key.ShouldBe(first!.Key, "a session outlives a change of rights");
        first.Key.ShouldBe($"u-admin|{AccessWorld.IdOf(host.Token)}");
    }

    [Fact]
    public async Task Authenticate_AlteredTextOfATokenInUse_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();
        var authenticator = host.Services.GetRequiredService<RequestAuthenticator>();
        (await authenticator.AuthenticateAsync(Request(host.Token))).Status.ShouldBe(AuthenticationStatus.Authenticated);

        for (var at = 0; at < host.Token.Length; at++)
        {
            var altered = $"{host.Token[..at]}{(host.Token[at] == '0' ? '1' : '0')}{host.Token[(at + 1)..]}";
            (await authenticator.AuthenticateAsync(Request(altered))).Status.ShouldBe(AuthenticationStatus.Invalid, $"character {at}");
        }

        (await authenticator.AuthenticateAsync(Request(host.Token))).Status.ShouldBe(AuthenticationStatus.Authenticated);
    }

    [Fact]
    public void IsProven_UntilTheTokenHasRested()
    {
        var now = DateTimeOffset.UnixEpoch.AddYears(60);
        var entry = new TokenEntry(new TokenAccess("id", new byte[32], AccessWorld.Admin, [], [], null, 0));
        entry.IsProven("text").ShouldBeFalse();

        entry.Prove("text");
        entry.Touch(now);
        entry.ForgetProof(now.AddMinutes(1));
        entry.IsProven("text").ShouldBeTrue();
        entry.IsProven("test").ShouldBeFalse();

        entry.ForgetProof(now.AddMinutes(6));
        entry.IsProven("text").ShouldBeFalse();
    }

    [Fact]
    public async Task Authenticate_WithoutCredentials_IsAnonymousNotRefused()
    {
        await using var host = await ApiHost.StartAsync();
        var authenticator = host.Services.GetRequiredService<RequestAuthenticator>();

        var authentication = await authenticator.AuthenticateAsync(new DefaultHttpContext());

        authentication.Status.ShouldBe(AuthenticationStatus.Missing);
        authentication.IsRefused.ShouldBeFalse();
        authentication.Identity!.IsAnonymous.ShouldBeTrue();
    }

    private static DefaultHttpContext Request(string token)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("10.1.2.3");
        context.Request.Headers.Authorization = $"Bearer {token}";
        return context;
    }
}

using System.Text;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Changes;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Gateway.Sealing;
using McpGateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Tests.Access;

public sealed class SignInAccessTests
{
    private const string Me = "/users/me";
    private const string Good = """{"email":"admin@example.com","password":"right"}""";

    [Fact]
    public async Task SignIn_RightPassword_GivesATokenThatWorks()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync("POST", "/auth/login", Good, token: "");

        answer.Status.ShouldBe(200);
        answer["token_type"].ShouldBe("bearer");
        answer["expires_in"].ShouldBe("28800");
        var me = await host.GetAsync(Me, answer["access_token"]);
        me.Status.ShouldBe(200);
        me["id"].ShouldBe("u-admin");
        me["tokenId"].ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"email":"admin@example.com","password":"wrong"}""", 401)]
    [InlineData("""{"username":"admin@example.com","password":"right"}""", 200)]
    [InlineData("""{"email":"busy@example.com","password":"x"}""", 429)]
    [InlineData("""{"password":"x"}""", 422)]
    [InlineData("""{"email":"admin@example.com"}""", 422)]
    [InlineData("""{"email":"admin@example.com","password":7}""", 422)]
    [InlineData("""{"email":"a","password":"b","extra":1}""", 422)]
    public async Task SignIn_Input_IsAnsweredByItsRule(string body, int expected)
    {
        await using var host = await ApiHost.StartAsync();

        (await host.SendAsync("POST", "/auth/login", body, token: "")).Status.ShouldBe(expected);
    }

    [Fact]
    public async Task SignIn_TooManyTries_SaysWhenToTryAgain()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync("POST", "/auth/login", """{"email":"busy@example.com","password":"x"}""", token: "");

        answer.Headers["Retry-After"].ShouldBe("60");
    }

    [Fact]
    public async Task SignIn_PasswordChanged_IsOver()
    {
        await using var host = await ApiHost.StartAsync();
        var token = await SignInAsync(host);
        (await host.GetAsync(Me, token)).Status.ShouldBe(200);

        host.Grains.Access.Users["u-admin"] = (AccessWorld.Admin, "stamp-2");
        await PublishAsync(host);

        (await host.GetAsync(Me, token)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task SignIn_UserGone_IsOver()
    {
        await using var host = await ApiHost.StartAsync();
        var token = await SignInAsync(host);
        (await host.GetAsync(Me, token)).Status.ShouldBe(200);

        host.Grains.Access.Users.Clear();
        await PublishAsync(host);

        (await host.GetAsync(Me, token)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task SignIn_RightsChanged_AreThoseOfThisMoment()
    {
        await using var host = await ApiHost.StartAsync();
        var token = await SignInAsync(host);
        (await host.GetAsync("/users", token)).Status.ShouldBe(200);

        host.Grains.Access.Users["u-admin"] = (AccessWorld.Viewer with { PrincipalId = "u-admin" }, "stamp-1");
        await PublishAsync(host);

        (await host.GetAsync("/users", token)).Status.ShouldBe(403);
    }

    [Fact]
    public async Task SignIn_LifetimeOver_IsExpired()
    {
        await using var host = await ApiHost.StartAsync(("Access:SignInLifetime", "00:01:00"));
        var token = await SignInAsync(host);
        await host.PassAsync(TimeSpan.FromSeconds(59));
        (await host.GetAsync(Me, token)).Status.ShouldBe(200);

        await host.PassAsync(TimeSpan.FromSeconds(1));

        (await host.GetAsync(Me, token)).Headers["WWW-Authenticate"].ShouldContain("expired");
    }

    [Fact]
    public async Task SignIn_NobodyCanSay_IsUnavailable()
    {
        await using var host = await ApiHost.StartAsync();
        var token = await SignInAsync(host);
        host.Grains.Access.Fault = new TimeoutException();

        (await host.GetAsync(Me, token)).Status.ShouldBe(503);
    }

    [Fact]
    public async Task SignInToken_AlteredOrUnsigned_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();
        var token = await SignInAsync(host);
        var parts = token.Split('.');
        var unsigned = $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.";
        var altered = $"{parts[0]}.{Encode(Decode(parts[1]).Replace("u-admin", "u-other", StringComparison.Ordinal))}.{parts[2]}";

        (await host.GetAsync(Me, unsigned)).Status.ShouldBe(401);
        (await host.GetAsync(Me, altered)).Status.ShouldBe(401);
        (await host.GetAsync(Me, new string('a', 10_000))).Status.ShouldBe(401);
        host.Grains.Access.Asked.ShouldBe(0);
    }

    [Fact]
    public async Task SignInToken_OfThePreviousMasterKey_IsStillGood()
    {
        var options = Options.Create(new AccessOptions());
        byte[] old = [.. Enumerable.Repeat((byte)1, 32)];
        byte[] current = [.. Enumerable.Repeat((byte)2, 32)];
        var clock = new FakeTimeProvider();
        var (token, _) = new SignInTokens(new KeyRing(old), options, clock).Create(new SignIn("u1", "a@b.c", "s1"));

        (await new SignInTokens(new KeyRing(current, old), options, clock).ReadAsync(token))
            .ShouldBe(new SignInClaims("u1", "s1", clock.GetUtcNow().AddHours(8)));
        (await new SignInTokens(new KeyRing(current), options, clock).ReadAsync(token)).ShouldBeNull();
    }

    [Fact]
    public async Task SignInToken_ShorterLifetimeAskedFor_IsGiven()
    {
        await using var host = await ApiHost.StartAsync();
        var tokens = host.Services.GetRequiredService<SignInTokens>();

        var (token, lifetime) = tokens.Create(new SignIn("u-admin", "admin@example.com", "stamp-1"), TimeSpan.FromMinutes(5));

        lifetime.ShouldBe(TimeSpan.FromMinutes(5));
        (await host.GetAsync(Me, token)).Status.ShouldBe(200);
    }

    private static async Task<string> SignInAsync(ApiHost host) =>
        (await host.SendAsync("POST", "/auth/login", Good, token: ""))["access_token"]!;

    private static async Task PublishAsync(ApiHost host)
    {
        var id = host.Grains.Feed.Publish(ChangeKind.Principal, "u-admin");
        await Eventually.TrueAsync(() => host.Feed.LastId == id, "the change is heard");
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Decode(string text) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=')));
}

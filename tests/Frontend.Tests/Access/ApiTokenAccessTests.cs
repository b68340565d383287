using System.Net;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Seam;
using McpGateway.Frontend.Tests.Hosting;
using McpGateway.Gateway.Sealing;
using McpGateway.Testing;

namespace McpGateway.Frontend.Tests.Access;

public sealed class ApiTokenAccessTests
{
    private const string Me = "/users/me";

    [Fact]
    public async Task Request_WithoutToken_IsChallenged()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync(Me, token: "");

        answer.Status.ShouldBe(401);
        answer.Headers["WWW-Authenticate"].ShouldBe("Bearer");
        answer.ContentType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task Token_KnownAndWarm_IsServedWithoutAsking()
    {
        await using var host = await ApiHost.StartAsync();
        (await host.GetAsync(Me)).Status.ShouldBe(200);
        var asked = host.Grains.Access.Asked;

        var answer = await host.GetAsync(Me);

        answer.Status.ShouldBe(200);
        answer["email"].ShouldBe("admin@example.com");
        host.Grains.Access.Asked.ShouldBe(asked);
    }

    [Theory]
    [InlineData("mcpg_0011223344556677_001122334455667700112233445566770011223344556677_001122334455667700112233")]
    [InlineData("mcpg_short")]
    [InlineData("not.a.jwt")]
    [InlineData("x")]
    public async Task Token_MadeUp_IsRefusedWithoutAsking(string token)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync(Me, token);

        answer.Status.ShouldBe(401);
        answer.Headers["WWW-Authenticate"].ShouldContain("invalid_token");
        host.Grains.Access.Asked.ShouldBe(0);
    }

    [Fact]
    public async Task Token_OfAnotherMasterKey_IsRefusedWithoutAsking()
    {
        await using var host = await ApiHost.StartAsync();
        var foreign = new ApiToken(new KeyRing(Enumerable.Repeat((byte)7, 32).ToArray())).Create().Text;

        (await host.GetAsync(Me, foreign)).Status.ShouldBe(401);

        host.Grains.Access.Asked.ShouldBe(0);
    }

    [Fact]
    public async Task Credentials_OtherThanOneBearerHeader_AreRefused()
    {
        await using var host = await ApiHost.StartAsync();

        (await host.SendAsync("GET", Me, token: "", headers: ("Authorization", "Basic YTpi"))).Status.ShouldBe(401);
        (await host.GetAsync($"{Me}?access_token={host.Token}", token: "")).Status.ShouldBe(401);
        (await host.SendAsync("GET", Me, token: "", headers: ("Authorization", $"bearer {host.Token}"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Token_Revoked_IsRefusedOnceTheFeedSaysSo()
    {
        await using var host = await ApiHost.StartAsync();
        (await host.GetAsync(Me)).Status.ShouldBe(200);

        host.Grains.Access.RemoveToken(host.Token);
        (await host.GetAsync(Me)).Status.ShouldBe(200, "nobody has said so yet");
        await PublishAsync(host, ChangeKind.Token, AccessWorld.IdOf(host.Token));

        (await host.GetAsync(Me)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Token_OwnersRightsChange_AreAskedForAgain()
    {
        await using var host = await ApiHost.StartAsync();
        await host.GetAsync(Me);
        var other = host.Grains.Access.AddToken(AccessWorld.Viewer);
        await host.GetAsync(Me, other);
        var asked = host.Grains.Access.Asked;

        await PublishAsync(host, ChangeKind.Principal, "u-admin");
        await host.GetAsync(Me);
        await host.GetAsync(Me, other);

        host.Grains.Access.Asked.ShouldBe(asked + 1, "only the token of that user is asked for");
    }

    [Fact]
    public async Task Token_Unknown_IsRememberedBrieflyAndUntilTheFeedNamesIt()
    {
        await using var host = await ApiHost.StartAsync();
        var token = host.Grains.Access.AddToken();
        host.Grains.Access.RemoveToken(token);
        (await host.GetAsync(Me, token)).Status.ShouldBe(401);
        (await host.GetAsync(Me, token)).Status.ShouldBe(401);
        host.Grains.Access.Asked.ShouldBe(1);

        await host.PassAsync(TimeSpan.FromSeconds(6));
        (await host.GetAsync(Me, token)).Status.ShouldBe(401);
        host.Grains.Access.Asked.ShouldBe(2);

        await PublishAsync(host, ChangeKind.Token, AccessWorld.IdOf(token));
        (await host.GetAsync(Me, token)).Status.ShouldBe(401);
        host.Grains.Access.Asked.ShouldBe(3);
    }

    [Fact]
    public async Task Token_ExpiresWhileCached_IsRefusedAtThatInstant()
    {
        await using var host = await ApiHost.StartAsync();
        var token = host.Grains.Access.AddToken(expiresAt: host.Clock.GetUtcNow().AddSeconds(10));
        await host.PassAsync(TimeSpan.FromSeconds(9));
        (await host.GetAsync(Me, token)).Status.ShouldBe(200);

        await host.PassAsync(TimeSpan.FromSeconds(1));

        var answer = await host.GetAsync(Me, token);
        answer.Status.ShouldBe(401);
        answer.Headers["WWW-Authenticate"].ShouldContain("expired");
    }

    [Theory]
    [InlineData("10.0.0.0/8", 403)]
    [InlineData("127.0.0.0/8", 200)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("::ffff:127.0.0.0/104", 200)]
    [InlineData("::1/128", 403)]
    [InlineData("nonsense", 403)]
    public async Task Token_BoundToNetwork_IsRefusedFromElsewhere(string network, int expected)
    {
        await using var host = await ApiHost.StartAsync();
        var token = host.Grains.Access.AddToken(networks: [network]);

        (await host.GetAsync(Me, token)).Status.ShouldBe(expected);
    }

    [Theory]
    [InlineData("10.1.1.1", 200)]
    [InlineData("10.1.1.1:5000", 200)]
    [InlineData("10.1.1.1, 192.0.2.7", 403)]
    [InlineData("8.8.8.8, 10.1.1.1, 127.0.0.9", 200)]
    [InlineData("10.1.1.1, garbage", 403)]
    [InlineData("::ffff:10.1.1.1", 200)]
    public async Task Address_BehindTrustedProxy_IsRightMostUntrusted(string forwardedFor, int expected)
    {
        await using var host = await ApiHost.StartAsync(("Network:TrustedProxies:0", "127.0.0.0/8"));
        var token = host.Grains.Access.AddToken(networks: ["10.0.0.0/8"]);

        (await host.SendAsync("GET", Me, token: token, headers: ("X-Forwarded-For", forwardedFor))).Status.ShouldBe(expected);
    }

    [Fact]
    public async Task Address_ClaimedWithoutTrustedProxy_IsNotBelieved()
    {
        await using var host = await ApiHost.StartAsync();
        var token = host.Grains.Access.AddToken(networks: ["10.0.0.0/8"]);

        (await host.SendAsync("GET", Me, token: token, headers: ("X-Forwarded-For", "10.1.1.1"))).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Token_ManyRequestsAtOnce_AskOnce()
    {
        await using var host = await ApiHost.StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Grains.Access.Gate = gate.Task;

        var requests = Enumerable.Range(0, 20).Select(_ => host.GetAsync(Me)).ToArray();
        await Eventually.TrueAsync(() => host.Grains.Access.Asked > 0, "the token is asked for");
        gate.SetResult();

        (await Task.WhenAll(requests)).ShouldAllBe(answer => answer.Status == 200);
        host.Grains.Access.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task Token_RevokedWhileItIsLoaded_IsNotKept()
    {
        await using var host = await ApiHost.StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Grains.Access.Gate = gate.Task;
        var request = host.GetAsync(Me);
        await Eventually.TrueAsync(() => host.Grains.Access.Asked == 1, "the token is asked for");

        host.Grains.Access.RemoveToken(host.Token);
        await PublishAsync(host, ChangeKind.Token, AccessWorld.IdOf(host.Token));
        gate.SetResult();

        (await request).Status.ShouldBe(200, "it was asked for before");
        (await host.GetAsync(Me)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Feed_Lost_TokensAreAskedForBeforeUse()
    {
        await using var host = await ApiHost.StartAsync();
        (await host.GetAsync(Me)).Status.ShouldBe(200);
        LoseFeed(host);
        var asked = host.Grains.Access.Asked;

        (await host.GetAsync(Me)).Status.ShouldBe(200);
        (await host.GetAsync(Me)).Status.ShouldBe(200);
        host.Grains.Access.Asked.ShouldBe(asked + 2);

        host.Grains.Access.RemoveToken(host.Token);
        (await host.GetAsync(Me)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Feed_LostAndNobodyAnswers_KnownTokensAreServedForTheGrace()
    {
        await using var host = await ApiHost.StartAsync();
        (await host.GetAsync(Me)).Status.ShouldBe(200);
        var unknown = host.Grains.Access.AddToken();
        LoseFeed(host);
        host.Grains.Access.Fault = new TimeoutException();

        (await host.GetAsync(Me)).Status.ShouldBe(200);
        (await host.GetAsync(Me, unknown)).Status.ShouldBe(503);
        host.Clock.Advance(TimeSpan.FromSeconds(55));
        (await host.GetAsync(Me)).Status.ShouldBe(200);
        host.Clock.Advance(TimeSpan.FromSeconds(10));

        var answer = await host.GetAsync(Me);
        answer.Status.ShouldBe(503);
        answer.Headers["Retry-After"].ShouldBe("1");
        host.Grains.Access.Fault = null;
        host.Clock.Advance(TimeSpan.FromSeconds(2));
        (await host.GetAsync(Me)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Token_Used_IsReportedSoonAndThenOnceAMinute()
    {
        await using var host = await ApiHost.StartAsync();
        var first = host.Clock.GetUtcNow();
        await host.GetAsync(Me);
        await host.PassAsync(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => host.Grains.Access.TokenUses.Count == 1, "the first use is reported");

        await host.GetAsync(Me);
        await host.PassAsync(TimeSpan.FromSeconds(50));
        host.Grains.Access.TokenUses.ShouldHaveSingleItem().ShouldBe([new TokenUse(AccessWorld.IdOf(host.Token), first)]);
        await host.PassAsync(TimeSpan.FromSeconds(15));

        await Eventually.TrueAsync(() => host.Grains.Access.TokenUses.Count == 2, "the second use is reported");
    }

    [Fact]
    public async Task Token_UsedWhileNobodyCanNoteIt_IsReportedAgain()
    {
        await using var host = await ApiHost.StartAsync();
        await host.GetAsync(Me);
        host.Grains.Access.Fault = new GrainUnavailableException("away");
        await host.PassAsync(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => host.Grains.Access.TokenUses.Count == 1, "the use is reported, in vain");
        host.Grains.Access.Fault = null;

        await host.PassAsync(TimeSpan.FromSeconds(65));

        await Eventually.TrueAsync(() => host.Grains.Access.TokenUses.Count == 2, "the same use is reported once more");
        host.Grains.Access.TokenUses.SelectMany(static uses => uses).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Token_Caller_CarriesScopeAddressAndRequestId()
    {
        await using var host = await ApiHost.StartAsync();
        var token = host.Grains.Access.AddToken(AccessWorld.Viewer, servers: ["srv-1"]);

        await host.SendAsync("GET", "/gateways/gw-1", token: token, headers: ("X-Request-Id", "my-id_1"));

        var caller = host.Grains.Catalog.Caller.ShouldNotBeNull();
        caller.TokenId.ShouldBe(AccessWorld.IdOf(token));
        caller.Rights.ShouldBe(AccessWorld.Viewer);
        caller.ServerIds.ShouldBe(["srv-1"]);
        caller.Address.ShouldBe(IPAddress.Loopback.ToString());
        caller.RequestId.ShouldBe("my-id_1");
    }

    private static async Task PublishAsync(ApiHost host, ChangeKind kind, string key)
    {
        var id = host.Grains.Feed.Publish(kind, key);
        await Eventually.TrueAsync(() => host.Feed.LastId == id, "the change is heard");
    }

    private static void LoseFeed(ApiHost host)
    {
        host.Grains.Feed.Fault = new TimeoutException();
        host.Grains.Feed.Break();
        host.Clock.Advance(TimeSpan.FromSeconds(2.1));
        host.Feed.IsLive.ShouldBeFalse();
    }
}

using System.Security.Cryptography;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Sealing;
using McpGateway.Grains.Access;
using McpGateway.Grains.Tests.Administration;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Tests.Access;

public sealed class TokenTests
{
    private static readonly TokenInput s_plain = new("ci", null, null, default, default, default, null);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_WithDefaults_IsForUseAndAYear()
    {
        await using var host = await AdministrationHost.StartAsync();
        var ada = await host.AddUserAsync("ada");
        var feed = await host.LastChangeAsync();

        var made = (await host.Access.CreateTokenAsync(ada, s_plain with { Name = " ci " }, Cancellation)).Value();

        made.Token.Name.ShouldBe("ci");
        (made.Token.OwnerId, made.Token.OwnerName).ShouldBe(("ada", "ada@example.com"));
        made.Token.Permissions.ShouldBe(PermissionNames.Of(Permissions.Use));
        made.Token.ExpiresAt.ShouldBe(host.Time.GetUtcNow().AddDays(365));
        made.Token.ServerIds.ShouldBeEmpty();
        (await host.FeedAfterAsync(feed)).ShouldBe([(ChangeKind.Token, made.Token.Id)]);
        var row = await host.ReadAsync(db => db.Tokens.SingleAsync(Cancellation));
        var (id, hash) = Read(host, made.AccessToken);
        id.ShouldBe(row.Id);
        hash.ShouldBe(row.SecretHash);
        ((await host.LastAuditAsync()).Detail + (await host.LastAuditAsync()).Action).ShouldNotContain(made.AccessToken);
    }

    [Fact]
    public async Task Create_MoreThanTokensMaxPerUser_IsRefusedUntilOneIsRevoked()
    {
        await using var host = await AdministrationHost.StartAsync(("Tokens:MaxPerUser", "2"));
        var ada = await host.AddUserAsync("ada");
        var first = (await host.Access.CreateTokenAsync(ada, s_plain, Cancellation)).Value();
        (await host.Access.CreateTokenAsync(ada, s_plain with { Name = "second" }, Cancellation)).Value();

        (await host.Access.CreateTokenAsync(ada, s_plain with { Name = "third" }, Cancellation)).ShouldBeRefused(RefusalKind.Conflict).Errors["name"].ShouldHaveSingleItem().ShouldContain("2 tokens");
        (await host.Access.CreateTokenAsync(host.Root, s_plain, Cancellation)).Value();

        (await host.Access.RevokeTokenAsync(ada, first.Token.Id, Cancellation)).Value();
        (await host.Access.CreateTokenAsync(ada, s_plain with { Name = "third" }, Cancellation)).Value();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_001)]
    public void MaxPerUser_OutOfRange_IsRefusedWithItsKey(int value) =>
        new TokenOptionsValidator().Validate(null, new TokenOptions { MaxPerUser = value }).Failures.ShouldHaveSingleItem().ShouldStartWith("Tokens:MaxPerUser:");

    [Fact]
    public async Task Create_ForMinutes_ExpiresThen()
    {
        await using var host = await AdministrationHost.StartAsync();

        var made = (await host.Access.CreateTokenAsync(host.Root, s_plain with { ExpiresInMinutes = 5 }, Cancellation)).Value();

        made.Token.ExpiresAt.ShouldBe(host.Time.GetUtcNow().AddMinutes(5));
        (await host.ReadAsync(db => db.Tokens.SingleAsync(Cancellation))).ExpiresAt.ShouldBe(made.Token.ExpiresAt);
    }

    public static TheoryData<TokenInput, string, string> Broken() => new()
    {
        { s_plain with { Name = "" }, "name", "needed" },
        { s_plain with { Name = new string('x', 129) }, "name", "128" },
        { s_plain with { Description = new string('x', 1025) }, "description", "1,024" },
        { s_plain with { ExpiresInDays = 0 }, "expires_in_days", "1 to 3,650" },
        { s_plain with { ExpiresInDays = 3651 }, "expires_in_days", "1 to 3,650" },
        { s_plain with { ExpiresInMinutes = 0 }, "expires_in_minutes", "1 to 5,256,000" },
        { s_plain with { ExpiresInMinutes = 5_256_001 }, "expires_in_minutes", "1 to 5,256,000" },
        { s_plain with { ExpiresInDays = 1, ExpiresInMinutes = 1440 }, "expires_in_minutes", "not both" },
        { s_plain with { ServerIds = ["unknown"] }, "server_ids", "'unknown'" },
        { s_plain with { ServerIds = [.. Enumerable.Range(0, 101).Select(i => $"{i}")] }, "server_ids", "100" },
        { s_plain with { Permissions = ["tools.fly"] }, "permissions", "'tools.fly'" },
        { s_plain with { Permissions = ["gateways.read", "tools.read", "audit.read"] }, "permissions", "gateways.read, audit.read" },
        { s_plain with { Permissions = ["*"] }, "permissions", "gateways.stdio" },
        { s_plain with { Networks = ["10.0.0.0/33"] }, "ip_restrictions", "'10.0.0.0/33'" },
        { s_plain with { Networks = ["10.0.0.1/8"] }, "ip_restrictions", "host bits" },
        { s_plain with { Networks = ["localhost"] }, "ip_restrictions", "'localhost'" },
        { s_plain with { Networks = [.. Enumerable.Range(0, 101).Select(i => $"10.0.0.{i}")] }, "ip_restrictions", "100" },
        { s_plain with { TeamId = "blue" }, "team_id", "'blue'" },
    };

    [Theory, MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public async Task Create_BreaksARule_NamesTheFieldAndSavesNothing(TokenInput input, string field, string text)
    {
        await using var host = await AdministrationHost.StartAsync();
        var ada = await host.AddUserAsync("ada", teams: ["red"]);

        (await host.Access.CreateTokenAsync(ada, input, Cancellation)).ShouldBeRefused(field, text);

        (await host.ReadAsync(db => db.Tokens.CountAsync(Cancellation))).ShouldBe(0);
    }

    [Fact]
    public async Task Create_WithScope_KeepsIt()
    {
        await using var host = await AdministrationHost.StartAsync();
        var ada = await host.AddUserAsync("ada", teams: ["red"]);
        var server = await ServerAsync(host, "desk");

        var made = (await host.Access.CreateTokenAsync(
            ada, new TokenInput("ci", "for builds", 30, [server], ["Tools.*", "servers.use"], ["10.0.0.0/8", "2001:db8::1"], "red"), Cancellation))
            .ShouldBeRefused(RefusalKind.Invalid);
        made.Errors["permissions"].ShouldHaveSingleItem().ShouldContain("tools.update");

        var token = (await host.Access.CreateTokenAsync(
            ada, new TokenInput("ci", "for builds", 30, [server], ["Tools.Read", "servers.use"], ["10.0.0.0/8", "2001:db8::1"], "red"), Cancellation))
            .Value().Token;
        token.Permissions.ShouldBe(["tools.read", "servers.use"]);
        token.Networks.ShouldBe(["10.0.0.0/8", "2001:db8::1"]);
        token.TeamId.ShouldBe("red");
        token.ExpiresAt.ShouldBe(host.Time.GetUtcNow().AddDays(30));
        var access = (await host.Get<ITokenGrain>(token.Id).GetAccessAsync(Cancellation))!;
        access.ServerIds.ShouldBe([server]);
        access.Networks.ShouldBe(["10.0.0.0/8", "2001:db8::1"]);
        access.Rights.Teams.ShouldBe(["red"]);
        access.Rights.Permissions.ShouldBe(Permissions.ToolsRead | Permissions.ServersUse);
    }

    [Fact]
    public async Task Create_ForAServerTheCallerDoesNotSee_IsRefusedAsUnknown()
    {
        await using var host = await AdministrationHost.StartAsync();
        var ada = await host.AddUserAsync("ada");
        var hidden = await ServerAsync(host, "hidden", Visibility.Private);

        (await host.Access.CreateTokenAsync(ada, s_plain with { ServerIds = [hidden] }, Cancellation)).ShouldBeRefused("server_ids", hidden);
        (await host.Access.CreateTokenAsync(host.Root, s_plain with { ServerIds = [hidden] }, Cancellation)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Create_ForAServerThatOnlyAnAdministratorSees_IsRefused()
    {
        await using var host = await AdministrationHost.StartAsync();
        var ada = await host.AddUserAsync("ada", permissions: ["servers.create"]);
        var hers = (await host.Catalog.CreateServerAsync(
            ada, new ServerInput { Name = "hers", Visibility = Visibility.Private }, Cancellation)).Value().Id;

        (await host.Access.CreateTokenAsync(host.Root, s_plain with { ServerIds = [hers] }, Cancellation)).ShouldBeRefused("server_ids", "not shared");
        (await host.Access.CreateTokenAsync(ada, s_plain with { ServerIds = [hers] }, Cancellation)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Create_ByAToken_StaysWithinIt()
    {
        await using var host = await AdministrationHost.StartAsync();
        var one = await ServerAsync(host, "one");
        var two = await ServerAsync(host, "two");
        var parent = (await host.Access.CreateTokenAsync(
            host.Root, new TokenInput("parent", null, 10, [one], ["tokens.create", "tools.read", "servers.use"], ["10.0.0.0/8"], null), Cancellation)).Value();
        var caller = await host.CallerOfAsync(parent);

        (await host.Access.CreateTokenAsync(caller, s_plain with { Permissions = ["*"] }, Cancellation)).ShouldBeRefused("permissions", "gateways.read");
        (await host.Access.CreateTokenAsync(caller, s_plain with { ServerIds = [two] }, Cancellation)).ShouldBeRefused("server_ids", two);
        (await host.Access.CreateTokenAsync(caller, s_plain with { Networks = ["11.0.0.0/8"] }, Cancellation)).ShouldBeRefused("ip_restrictions", "outside");
        (await host.Access.CreateTokenAsync(caller, s_plain with { Networks = ["0.0.0.0/0"] }, Cancellation)).ShouldBeRefused("ip_restrictions", "outside");
        (await host.Access.CreateTokenAsync(caller, s_plain with { ExpiresInDays = 11 }, Cancellation)).ShouldBeRefused("expires_in_days", "longer");
        (await host.Access.CreateTokenAsync(caller, s_plain with { ExpiresInMinutes = 11 * 24 * 60 }, Cancellation)).ShouldBeRefused("expires_in_minutes", "longer");

        var child = (await host.Access.CreateTokenAsync(caller, s_plain with { Networks = ["10.1.0.0/16"] }, Cancellation)).Value().Token;
        child.ServerIds.ShouldBe([one]);
        child.Networks.ShouldBe(["10.1.0.0/16"]);
        child.ExpiresAt.ShouldBe(parent.Token.ExpiresAt);
        child.Permissions.ShouldBe(["tools.read", "servers.use"]);
        (await host.Access.CreateTokenAsync(caller, s_plain, Cancellation)).Value().Token.Networks.ShouldBe(["10.0.0.0/8"]);
    }

    [Fact]
    public async Task Create_WithoutThePermissionOrWithoutAUser_IsForbidden()
    {
        await using var host = await AdministrationHost.StartAsync();
        var ada = await host.AddUserAsync("ada");

        (await host.Access.CreateTokenAsync(ada with { Rights = ada.Rights with { Permissions = Permissions.Use } }, s_plain, Cancellation))
            .ShouldBeRefused(RefusalKind.Forbidden).Detail.ShouldContain("tokens.create");
        (await host.Access.CreateTokenAsync(Caller.System, s_plain, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
    }

    [Fact]
    public async Task List_ShowsOnesOwn_AndAdministratorsAll_NewestFirst()
    {
        await using var host = await AdministrationHost.StartAsync();
        var ada = await host.AddUserAsync("ada");
        foreach (var (caller, name) in new[] { (ada, "a1"), (host.Root, "r1"), (ada, "a2"), (ada, "a3") })
        {
            await host.Access.CreateTokenAsync(caller, s_plain with { Name = name }, Cancellation);
            host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var first = (await host.Access.ListTokensAsync(ada, new PageRequest(2), Cancellation)).Value();
        first.Items.Select(token => token.Name).ShouldBe(["a3", "a2"]);
        first.Total.ShouldBe(3);
        (await host.Access.ListTokensAsync(ada, new PageRequest(2, first.NextCursor), Cancellation)).Value()
            .Items.ShouldHaveSingleItem().Name.ShouldBe("a1");
        var all = (await host.Access.ListTokensAsync(host.Root, new PageRequest(), Cancellation)).Value();
        all.Items.Select(token => $"{token.Name} {token.OwnerName}").ShouldBe(
            ["a3 ada@example.com", "a2 ada@example.com", "r1 root@example.com", "a1 ada@example.com"]);
        (await host.Access.ListTokensAsync(ada with { ServerIds = ["s"] }, new PageRequest(), Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
    }

    [Fact]
    public async Task Revoke_EndsTheTokenOnce_AndOfOthersOnlyForAdministrators()
    {
        await using var host = await AdministrationHost.StartAsync();
        var ada = await host.AddUserAsync("ada");
        var bob = await host.AddUserAsync("bob");
        var made = (await host.Access.CreateTokenAsync(ada, s_plain, Cancellation)).Value();
        var grain = host.Get<ITokenGrain>(made.Token.Id);
        var feed = await host.LastChangeAsync();

        (await host.Access.RevokeTokenAsync(bob, made.Token.Id, Cancellation)).ShouldBeRefused(RefusalKind.NotFound);
        (await host.Access.GetTokenAsync(bob, made.Token.Id, Cancellation)).ShouldBeRefused(RefusalKind.NotFound);
        (await grain.GetAccessAsync(Cancellation)).ShouldNotBeNull();

        (await host.Access.RevokeTokenAsync(ada, made.Token.Id, Cancellation)).Value().RevokedAt.ShouldBe(host.Time.GetUtcNow());
        (await host.Access.RevokeTokenAsync(host.Root, made.Token.Id, Cancellation)).Value().RevokedAt.ShouldNotBeNull();

        (await grain.GetAccessAsync(Cancellation)).ShouldBeNull();
        (await host.FeedAfterAsync(feed)).ShouldBe([(ChangeKind.Token, made.Token.Id)]);
        (await host.Access.GetTokenAsync(ada, made.Token.Id, Cancellation)).Value().RevokedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task AccessRecord_IsTheScopeCutByTheOwnersRightsOfThisMoment()
    {
        await using var host = await AdministrationHost.StartAsync();
        var ada = await host.AddUserAsync("ada", permissions: ["gateways.read", "metrics.read"], teams: ["red"]);
        var made = (await host.Access.CreateTokenAsync(
            ada, s_plain with { Permissions = ["gateways.read", "metrics.read", "tools.read"] }, Cancellation)).Value();
        var grain = host.Get<ITokenGrain>(made.Token.Id);

        var before = (await grain.GetAccessAsync(Cancellation))!;
        before.Rights.Permissions.ShouldBe(Permissions.GatewaysRead | Permissions.MetricsRead | Permissions.ToolsRead);
        before.Rights.Teams.ShouldBe(["red"]);
        before.SecretHash.ToArray().ShouldBe(Read(host, made.AccessToken).Hash);
        before.Version.ShouldBe(await host.LastChangeAsync());

        await host.WriteAsync(db => db.Roles.Single(role => role.Id == "role-ada").Permissions = ["metrics.read"]);
        (await grain.GetAccessAsync(Cancellation))!.Rights.Permissions.ShouldBe(Permissions.MetricsRead | Permissions.ToolsRead);
        await host.WriteAsync(db => db.Users.Single(user => user.Id == "ada").Enabled = false);
        (await grain.GetAccessAsync(Cancellation)).ShouldBeNull();
    }

    [Theory]
    [InlineData("*", false, true)]
    [InlineData("*", true, false)]
    [InlineData("tools.*", false, false)]
    public async Task AccessRecord_OfAnAdministrator_IsAdministratorOnlyWithoutAnyRestriction(string permissions, bool bound, bool administrator)
    {
        await using var host = await AdministrationHost.StartAsync();
        var server = await ServerAsync(host, "desk");

        var made = (await host.Access.CreateTokenAsync(
            host.Root, s_plain with { Permissions = [permissions], ServerIds = bound ? [server] : [] }, Cancellation)).Value();

        (await host.CallerOfAsync(made)).Rights.IsAdministrator.ShouldBe(administrator);
    }

    [Fact]
    public async Task AccessRecord_UnknownOrExpired_IsNone()
    {
        await using var host = await AdministrationHost.StartAsync();
        var made = (await host.Access.CreateTokenAsync(host.Root, s_plain with { ExpiresInDays = 1 }, Cancellation)).Value();
        var grain = host.Get<ITokenGrain>(made.Token.Id);

        (await host.Get<ITokenGrain>("unknown").GetAccessAsync(Cancellation)).ShouldBeNull();
        host.Time.Advance(TimeSpan.FromHours(23));
        (await grain.GetAccessAsync(Cancellation)).ShouldNotBeNull();
        host.Time.Advance(TimeSpan.FromHours(1));
        (await grain.GetAccessAsync(Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task NoteTokenUses_OfMany_IsWrittenAtOnce_TheNewestWinning()
    {
        await using var host = await AdministrationHost.StartAsync();
        var ids = new List<string>();
        foreach (var name in new[] { "a", "b", "c" })
        {
            ids.Add((await host.Access.CreateTokenAsync(host.Root, s_plain with { Name = name }, Cancellation)).Value().Token.Id);
        }

        var noon = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
        var feed = await host.LastChangeAsync();

        await host.Access.NoteTokenUsesAsync([new(ids[0], noon.AddSeconds(1)), new(ids[1], noon.AddSeconds(3)), new("unknown", noon)], Cancellation);
        await host.Access.NoteTokenUsesAsync([new(ids[0], noon.AddSeconds(-20)), new(ids[1], noon.AddSeconds(50))], Cancellation);

        async Task<DateTimeOffset?> LastUsedAsync(int token) => (await host.Access.GetTokenAsync(host.Root, ids[token], Cancellation)).Value().LastUsedAt;
        (await LastUsedAsync(0)).ShouldBe(noon.AddSeconds(3), "the same five seconds as the other's");
        (await LastUsedAsync(1)).ShouldBe(noon.AddSeconds(50));
        (await LastUsedAsync(2)).ShouldBeNull();
        (await host.FeedAfterAsync(feed)).ShouldBeEmpty();
    }

    [Fact]
    public async Task NoteTokenUses_MoreThanOneCallTakes_IsRefused()
    {
        await using var host = await AdministrationHost.StartAsync();

        await Should.ThrowAsync<ArgumentOutOfRangeException>(host.Access.NoteTokenUsesAsync(
            [.. Enumerable.Range(0, IAccessGrain.MaxTokenUses + 1).Select(number => new TokenUse($"{number}", DateTimeOffset.UnixEpoch))], Cancellation).AsTask());
    }

    private static (string Id, byte[] Hash) Read(AdministrationHost host, string text)
    {
        Span<char> id = stackalloc char[16];
        var hash = new byte[SHA256.HashSizeInBytes];
        new ApiToken(host.Keys).TryRead(text, id, hash).ShouldBeTrue();
        return (id.ToString(), hash);
    }

    private static async Task<string> ServerAsync(AdministrationHost host, string name, Visibility visibility = Visibility.Public) =>
        (await host.Catalog.CreateServerAsync(host.Root, new ServerInput { Name = name, Visibility = visibility }, Cancellation)).Value().Id;
}

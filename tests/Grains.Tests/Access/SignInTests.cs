using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Grains.Access;
using McpGateway.Grains.Tests.Administration;
using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Tests.Access;

public sealed class SignInTests
{
    private const string Password = "correct horse";

    // Hashing is slow on purpose, so once is enough.
    private static readonly string s_hash = new Passwords().Hash(Password);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_WithTheRightPassword_Succeeds()
    {
        await using var host = await StartAsync();

        var signIn = (await host.Access.SignInAsync(" ADA@example.com ", Password, "192.0.2.1", Cancellation)).Value();

        signIn.ShouldBe(new SignIn("ada", "ada@example.com", "stamp"));
        (await UserAsync(host)).LastLoginAt.ShouldBe(host.Time.GetUtcNow());
        var audit = await host.LastAuditAsync();
        (audit.Action, audit.ActorId, audit.Address).ShouldBe(("auth.login", "ada", "192.0.2.1"));
    }

    [Fact]
    public async Task SignIn_UnknownWrongDisabledOrWithoutPassword_IsRefusedAlike()
    {
        await using var host = await StartAsync();
        await host.AddUserAsync("sso");
        var wrong = (await host.Access.SignInAsync("ada@example.com", "wrong", null, Cancellation)).ShouldBeRefused(RefusalKind.Unauthenticated);
        (await host.LastAuditAsync()).Action.ShouldBe("auth.login_failed");
        var entries = await host.ReadAsync(db => db.Audit.CountAsync(Cancellation));

        (await host.Access.SignInAsync("nobody@example.com", Password, null, Cancellation)).Refusal!.Detail.ShouldBe(wrong.Detail);
        (await host.ReadAsync(db => db.Audit.CountAsync(Cancellation))).ShouldBe(entries);
        (await host.Access.SignInAsync("sso@example.com", Password, null, Cancellation)).Refusal!.Detail.ShouldBe(wrong.Detail);
        (await host.Access.SignInAsync("sso@example.com", "", null, Cancellation)).Refusal!.Detail.ShouldBe(wrong.Detail);
        (await host.Access.SignInAsync(new string('x', 400), Password, null, Cancellation)).Refusal!.Detail.ShouldBe(wrong.Detail);
        (await host.Access.SignInAsync("ada@example.com", new string('x', 2000), null, Cancellation)).Refusal!.Detail.ShouldBe(wrong.Detail);
        await host.WriteAsync(db => db.Users.Single(user => user.Id == "ada").Enabled = false);
        (await host.Access.SignInAsync("ada@example.com", Password, null, Cancellation)).Refusal!.Detail.ShouldBe(wrong.Detail);
    }

    [Fact]
    public async Task SignIn_TenFailures_RefuseEvenTheRightPasswordUntilTheMinuteIsOver()
    {
        await using var host = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
            (await host.Access.SignInAsync("ada@example.com", "wrong", "192.0.2.1", Cancellation)).ShouldBeRefused(RefusalKind.Unauthenticated)));

        (await host.Access.SignInAsync("Ada@example.com", Password, "192.0.2.1", Cancellation)).ShouldBeRefused(RefusalKind.Limited);
        (await host.Access.SignInAsync("ada@example.com", Password, "192.0.2.2", Cancellation)).Value();
        host.Time.Advance(TimeSpan.FromSeconds(61));

        (await host.Access.SignInAsync("ada@example.com", Password, "192.0.2.1", Cancellation)).Value();
    }

    [Fact]
    public async Task SignIn_PasswordHashedTheOldWay_IsHashedAnew()
    {
        await using var host = await AdministrationHost.StartAsync();
        var old = new Microsoft.AspNetCore.Identity.PasswordHasher<UserEntity>().HashPassword(null!, Password);
        await host.AddUserAsync("ada", passwordHash: old);

        (await host.Access.SignInAsync("ada@example.com", Password, null, Cancellation)).Value();

        (await UserAsync(host)).PasswordHash.ShouldNotBe(old);
        (await host.Access.SignInAsync("ada@example.com", Password, null, Cancellation)).Value();
    }

    [Fact]
    public void Limiter_WithMoreAddressesThanItHolds_ForgetsTheOldestOnly()
    {
        var time = new McpGateway.Testing.FakeTimeProvider();
        var limiter = new SignInLimiter(time);
        foreach (var _ in Enumerable.Range(0, SignInLimiter.MaxFailures))
        {
            limiter.TryBegin("first", null).ShouldBeTrue();
        }

        time.Advance(TimeSpan.FromMilliseconds(1));
        foreach (var i in Enumerable.Range(0, 9_999))
        {
            limiter.TryBegin($"{i}", null).ShouldBeTrue();
        }

        limiter.TryBegin("first", null).ShouldBeFalse();
        limiter.TryBegin("one more", null).ShouldBeTrue();
        limiter.TryBegin("first", null).ShouldBeTrue();
    }

    [Fact]
    public async Task EnsureAdministrator_WithoutUsers_MakesOneOnce()
    {
        await using var host = await AdministrationHost.StartAsync();
        await host.WriteAsync(db => db.Users.RemoveRange(db.Users));

        var made = await Task.WhenAll(Enumerable.Range(0, 3).Select(i =>
            host.Access.EnsureAdministratorAsync($"admin{i}@example.com", Password, Cancellation).AsTask()));

        made.Count(one => one).ShouldBe(1);
        var user = await host.ReadAsync(db => db.Users.SingleAsync(Cancellation));
        user.IsAdministrator.ShouldBeTrue();
        (await host.Access.SignInAsync(user.Email, Password, null, Cancellation)).Value();
        (await host.Access.GetPrincipalAsync(user.Id, Cancellation)).Rights!.Permissions.ShouldBe(Permissions.All);
    }

    [Theory]
    [InlineData("nonsense", Password)]
    [InlineData("@example.com", Password)]
    [InlineData("a@", Password)]
    [InlineData("a@example.com", "short")]
    public async Task EnsureAdministrator_WithUnusableInput_SaysSo(string email, string password)
    {
        await using var host = await AdministrationHost.StartAsync();

        await Should.ThrowAsync<ArgumentException>(async () => await host.Access.EnsureAdministratorAsync(email, password, Cancellation));
    }

    [Fact]
    public async Task Principal_HasItsRolesAndTeams_AndNothingWhenDisabled()
    {
        await using var host = await AdministrationHost.StartAsync();
        await host.AddUserAsync("ada", permissions: ["gateways.read", "unheard.of"], teams: ["red", "blue"]);
        await host.WriteAsync(db =>
        {
            db.Roles.Add(new RoleEntity { Id = "scoped", Name = "scoped", NormalizedName = "SCOPED", Permissions = ["*"], ScopeTeamId = "red" });
            db.UserRoles.Add(new UserRoleEntity { UserId = "ada", RoleId = "scoped" });
        });

        var access = await host.Access.GetPrincipalAsync("ada", Cancellation);
        access.Rights!.Permissions.ShouldBe(RightsReader.Everyone | Permissions.GatewaysRead);
        access.Rights.Teams.ShouldBe(["blue", "red"]);
        access.Rights.IsAdministrator.ShouldBeFalse();
        access.SecurityStamp.ShouldBe("stamp");

        await host.WriteAsync(db => db.Users.Single(user => user.Id == "ada").Enabled = false);
        (await host.Access.GetPrincipalAsync("ada", Cancellation)).Rights.ShouldBeNull();
        (await host.Access.GetPrincipalAsync("nobody", Cancellation)).Rights.ShouldBeNull();
    }

    [Fact]
    public async Task ListUsers_IsByEmail_AndForUserManagersOnly()
    {
        await using var host = await AdministrationHost.StartAsync();
        var ada = await host.AddUserAsync("ada", teams: ["red"]);
        await host.AddUserAsync("zoe");

        (await host.Access.ListUsersAsync(ada, new PageRequest(), Cancellation)).ShouldBeRefused(RefusalKind.Forbidden).Detail.ShouldContain("users.manage");
        var first = (await host.Access.ListUsersAsync(host.Root, new PageRequest(2), Cancellation)).Value();
        first.Items.Select(user => user.Email).ShouldBe(["ada@example.com", "root@example.com"]);
        first.Items[0].Teams.ShouldBe(["red"]);
        (await host.Access.ListUsersAsync(host.Root, new PageRequest(2, first.NextCursor), Cancellation)).Value()
            .Items.ShouldHaveSingleItem().Id.ShouldBe("zoe");
    }

    private static async Task<AdministrationHost> StartAsync()
    {
        var host = await AdministrationHost.StartAsync();
        await host.AddUserAsync("ada", passwordHash: s_hash);
        return host;
    }

    private static Task<UserEntity> UserAsync(AdministrationHost host) =>
        host.ReadAsync(db => db.Users.SingleAsync(user => user.Id == "ada", Cancellation));
}

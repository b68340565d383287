using System.Security.Claims;
using McpGateway.Abstractions.Access;
using McpGateway.Dashboard.Authentication;
using McpGateway.Dashboard.Tests.Hosting;

namespace McpGateway.Dashboard.Tests.Authentication;

public sealed class CurrentUserTests
{
    private readonly FakeTime _time = new();
    private readonly GatewayWorld _world = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Load_ReadsTheRightsOfThisMoment()
    {
        await using var user = SignedIn.User(_world, _time);
        _world.Rights = _world.Rights! with { Permissions = Permissions.ToolsRead, IsAdministrator = false };

        await user.LoadAsync(Cancellation);

        user.State.ShouldBe(UserState.SignedIn);
        user.ToCaller().Rights.Permissions.ShouldBe(Permissions.ToolsRead);
    }

    [Fact]
    public async Task Load_OfNobody_IsSignedOut()
    {
        await using var user = SignedIn.User(_world, _time, new ClaimsPrincipal(new ClaimsIdentity()));

        await user.LoadAsync(Cancellation);

        user.State.ShouldBe(UserState.SignedOut);
        Should.Throw<InvalidOperationException>(user.ToCaller);
    }

    [Fact]
    public async Task Check_AfterThirtySeconds_SeesTheNewStamp()
    {
        await using var user = SignedIn.User(_world, _time);
        await user.LoadAsync(Cancellation);
        user.KeepChecking();
        await Eventually.HoldsAsync(() => _time.Waiting == 1, "the check waits for its time");
        _world.SecurityStamp = "stamp-2";

        _time.Advance(TimeSpan.FromSeconds(29));
        user.State.ShouldBe(UserState.SignedIn);
        _time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.HoldsAsync(() => user.State == UserState.SignedOut, "the user is signed out");
        user.Rights.ShouldBeNull();
    }

    [Fact]
    public async Task Outage_KeepsTheRights_AndTheirLossIsSeenAfterwards()
    {
        await using var user = SignedIn.User(_world, _time);
        await user.LoadAsync(Cancellation);

        _world.Outage = new TimeoutException();
        await user.LoadAsync(Cancellation);
        user.State.ShouldBe(UserState.SignedIn);

        _world.Outage = null;
        _world.Rights = null;
        await user.LoadAsync(Cancellation);
        user.State.ShouldBe(UserState.SignedOut);
    }

    [Fact]
    public async Task OutageAtTheStart_IsRetriedEverySecond()
    {
        _world.Outage = new TimeoutException();
        await using var user = SignedIn.User(_world, _time);
        await user.LoadAsync(Cancellation);
        user.State.ShouldBe(UserState.Unknown);
        user.KeepChecking();
        await Eventually.HoldsAsync(() => _time.Waiting == 1, "the check waits for its time");

        _world.Outage = null;
        _time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.HoldsAsync(() => user.State == UserState.SignedIn, "the user is known");
    }

    [Fact]
    public async Task Dispose_StopsTheChecks()
    {
        var user = SignedIn.User(_world, _time);
        await user.LoadAsync(Cancellation);
        user.KeepChecking();
        await Eventually.HoldsAsync(() => _time.Waiting == 1, "the check waits for its time");

        await user.DisposeAsync();

        _time.Waiting.ShouldBe(0);
    }
}

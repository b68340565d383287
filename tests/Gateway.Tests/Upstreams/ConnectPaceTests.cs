using McpGateway.Gateway.Upstreams;

namespace McpGateway.Gateway.Tests.Upstreams;

public sealed class ConnectPaceTests
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(8);

    [Fact]
    public void Limit_BeforeTheFirstConnection_IsTheLongest() => Pace().Limit.ShouldBe(s_longest);

    [Theory]
    [InlineData(1, 2_000)]
    [InlineData(300, 3_000)]
    [InlineData(2_000, 8_000)]
    public void Limit_FollowsHowLongConnectionsTook(int milliseconds, int limit)
    {
        var pace = Pace();

        pace.Note(TimeSpan.FromMilliseconds(milliseconds));

        pace.Limit.ShouldBe(TimeSpan.FromMilliseconds(limit));
    }

    [Fact]
    public void Limit_WhileNoConnectionIsMade_IsTheLongestNowAndThen()
    {
        var pace = Pace();
        pace.Note(TimeSpan.FromMilliseconds(1));
        var limits = new List<TimeSpan>();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            limits.Add(pace.Limit);
            pace.NoteTimeout();
        }

        limits.Select(static limit => limit.TotalSeconds).ShouldBe([2, 2, 2, 8, 2]);
        pace.Note(TimeSpan.FromMilliseconds(1));
        pace.Limit.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Limit_IsNeverLongerThanTheOptionSays()
    {
        using var rig = new UpstreamRig();
        var pace = new ConnectPace(rig.Guard, TimeSpan.FromSeconds(1), TimeProvider.System);

        pace.Note(TimeSpan.FromMilliseconds(1));

        pace.Limit.ShouldBe(TimeSpan.FromSeconds(1));
    }

    private static ConnectPace Pace()
    {
        using var rig = new UpstreamRig();
        return new ConnectPace(rig.Guard, s_longest, TimeProvider.System);
    }
}

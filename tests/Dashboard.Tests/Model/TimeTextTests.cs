using McpGateway.Dashboard.Model;

namespace McpGateway.Dashboard.Tests.Model;

public sealed class TimeTextTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-3, "just now")]
    [InlineData(4.9, "just now")]
    [InlineData(5, "5 s ago")]
    [InlineData(59.9, "59 s ago")]
    [InlineData(60, "1 min ago")]
    [InlineData(3599, "59 min ago")]
    [InlineData(3600, "1 h ago")]
    [InlineData(86_399, "23 h ago")]
    [InlineData(86_400 * 3, "3 d ago")]
    public void Relative_TellsTheAge(double seconds, string expected) =>
        TimeText.Relative(s_now.AddSeconds(-seconds), s_now).ShouldBe(expected);

    [Fact]
    public void Relative_OfNothing_IsNever() => TimeText.Relative(null, s_now).ShouldBe("never");

    [Fact]
    public void Exact_NamesTheZone()
    {
        var zone = TimeZoneInfo.CreateCustomTimeZone("Test/Zone", TimeSpan.FromHours(5.5), null, null);

        TimeText.Exact(s_now, zone).ShouldBe("2026-11-22 17:30:00 Test/Zone");
    }

    [Theory]
    [InlineData(0.04, "0.0 ms")]
    [InlineData(3.26, "3.3 ms")]
    [InlineData(42.4, "42 ms")]
    [InlineData(1234, "1,234 ms")]
    [InlineData(61_000, "61 s")]
    public void Milliseconds_HaveTheirUnit(double value, string expected) => TimeText.Milliseconds(value).ShouldBe(expected);
}

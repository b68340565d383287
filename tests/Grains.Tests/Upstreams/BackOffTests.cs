using McpGateway.Grains.Upstreams;

namespace McpGateway.Grains.Tests.Upstreams;

public sealed class BackOffTests
{
    [Fact]
    public void Look_DoublesUpToAMinute() =>
        Enumerable.Range(1, 9).Append(1_000_000).Select(failures => BackOff.Look(failures).TotalSeconds).ShouldBe([1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);

    [Fact]
    public void Restart_BeginsAtOnceAndDoublesUpToHalfAMinute() =>
        Enumerable.Range(0, 9).Append(1_000_000).Select(ends => BackOff.Restart(ends).TotalSeconds).ShouldBe([0, 0, 1, 2, 4, 8, 16, 30, 30, 30]);
}

using McpGateway.Dashboard.Model;
using McpGateway.Dashboard.Tests.Hosting;

namespace McpGateway.Dashboard.Tests.Model;

public sealed class RenderThrottleTests
{
    private readonly FakeTime _time = new();
    private int _renders;

    [Fact]
    public void FirstRequest_IsHeardAtOnce()
    {
        using var throttle = Create();
        throttle.Request();

        _renders.ShouldBe(1);
    }

    [Fact]
    public void Storm_IsFoldedIntoFourASecond()
    {
        using var throttle = Create();
        for (var i = 0; i < 1000; i++)
        {
            throttle.Request();
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        _renders.ShouldBeInRange(4, 5);
    }

    [Fact]
    public void LastRequest_IsNeverLost()
    {
        using var throttle = Create();
        throttle.Request();
        throttle.Request();
        _renders.ShouldBe(1);

        _time.Advance(RenderThrottle.Pause);

        _renders.ShouldBe(2);
        _time.Advance(TimeSpan.FromMinutes(1));
        _renders.ShouldBe(2);
    }

    [Fact]
    public void Disposed_SaysNothingMore()
    {
        var throttle = Create();
        throttle.Request();
        throttle.Request();
        throttle.Dispose();
        throttle.Request();
        _time.Advance(TimeSpan.FromSeconds(1));

        _renders.ShouldBe(1);
    }

    private RenderThrottle Create() => new(_time, () => _renders++);
}

using McpGateway.Dashboard.Model;

namespace McpGateway.Dashboard.Tests.Model;

public sealed class ChartScaleTests
{
    [Theory]
    [InlineData(0, 4, 1)]
    [InlineData(4, 4, 1)]
    [InlineData(5, 5, 1)]
    [InlineData(6, 6, 2)]
    [InlineData(23, 25, 5)]
    [InlineData(100, 100, 20)]
    [InlineData(101, 125, 25)]
    [InlineData(12_345, 12_500, 2500)]
    public void Axis_EndsOnARoundNumber(int highest, double top, double step) => ChartScale.For(highest).ShouldBe((top, step));

    [Fact]
    public void Axis_ForAnyCount_HasThreeToFiveWholeSteps()
    {
        for (var highest = 0; highest < 5000; highest++)
        {
            var (top, step) = ChartScale.For(highest);
            top.ShouldBeGreaterThanOrEqualTo(highest);
            step.ShouldBe(Math.Round(step));
            (top / step).ShouldBeInRange(3, 5, $"at {highest}");
        }
    }
}

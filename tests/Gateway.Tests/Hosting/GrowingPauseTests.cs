using McpGateway.Gateway.Hosting;
using McpGateway.Testing;

namespace McpGateway.Gateway.Tests.Hosting;

public sealed class GrowingPauseTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Wait_AgainAndAgain_GrowsToTheLimit_AndBeginsAnewAfterReset()
    {
        var pause = new GrowingPause(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), _time);

        foreach (var seconds in new[] { 1, 2, 4, 5, 5 })
        {
            ShouldLast(pause, seconds);
        }

        pause.Reset();
        ShouldLast(pause, 1);
    }

    [Fact]
    public async Task Wait_Cancelled_Ends()
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var waiting = new GrowingPause(TimeSpan.FromHours(1), TimeSpan.FromHours(1), _time).WaitAsync(leaving.Token);

        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    [Fact]
    public void Wait_OfManyAtOnce_IsNotTheSameForAll()
    {
        var waiting = Enumerable.Range(0, 100).Select(_ => new GrowingPause(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), _time).WaitAsync(Cancellation)).ToArray();

        _time.Advance(TimeSpan.FromSeconds(9));

        waiting.Count(wait => wait.IsCompleted).ShouldBeInRange(10, 90);
    }

    private void ShouldLast(GrowingPause pause, int seconds)
    {
        var waiting = pause.WaitAsync(Cancellation);
        _time.Advance(TimeSpan.FromSeconds(seconds * 0.79));
        waiting.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(seconds * 0.22));
        waiting.IsCompleted.ShouldBeTrue();
    }
}

using McpGateway.Testing;

namespace McpGateway.Grains.Tests.Testing;

/// <summary>The clock that the tests of all projects trust.</summary>
public sealed class FakeTimeProviderTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void Clock_StandsStillUntilItIsMoved()
    {
        var (before, stamp) = (_time.GetUtcNow(), _time.GetTimestamp());
        _time.GetUtcNow().ShouldBe(before);
        _time.Advance(TimeSpan.FromMinutes(3));
        _time.GetUtcNow().ShouldBe(before + TimeSpan.FromMinutes(3));
        _time.GetElapsedTime(stamp).ShouldBe(TimeSpan.FromMinutes(3));
    }

    [Fact]
    public void Timers_FireInOrderAtTheirTimes()
    {
        using var late = Timer("late", 3, 0);
        using var often = Timer("often", 1, 2);
        _time.Advance(TimeSpan.FromSeconds(5));
        _fired.ShouldBe(["often 1", "late 3", "often 3", "often 5"]);
    }

    [Fact]
    public void Timer_ChangedOrDisposed_ObeysAtOnce()
    {
        using var moved = Timer("moved", 1, 0);
        using var gone = Timer("gone", 1, 1);
        moved.Change(TimeSpan.FromSeconds(4), Timeout.InfiniteTimeSpan).ShouldBeTrue();
        gone.Dispose();
        gone.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan).ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(10));
        _fired.ShouldBe(["moved 4"]);
    }

    [Fact]
    public void Timer_SetWhileTheClockMoves_FiresOnTheWay()
    {
        ITimer? second = null;
        using var first = _time.CreateTimer(_ => second = Timer("second", 2, 0), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        _time.Advance(TimeSpan.FromSeconds(5));
        _fired.ShouldBe(["second 3"]);
        second.ShouldNotBeNull().Dispose();
    }

    [Fact]
    public async Task FrameworkWaits_UseIt()
    {
        var delay = Task.Delay(TimeSpan.FromHours(1), _time);
        using var source = new CancellationTokenSource(TimeSpan.FromHours(2), _time);
        _time.PendingTimers.ShouldBe(2);
        _time.Advance(TimeSpan.FromHours(1));
        await delay.Soon();
        source.IsCancellationRequested.ShouldBeFalse();
        _time.Advance(TimeSpan.FromHours(1));
        source.IsCancellationRequested.ShouldBeTrue();
    }

    private ITimer Timer(string name, int due, int period)
    {
        var start = _time.GetTimestamp() == 0 ? _time.GetUtcNow() : _time.GetUtcNow() - _time.GetElapsedTime(0);
        return _time.CreateTimer(
            _ => _fired.Add($"{name} {(_time.GetUtcNow() - start).TotalSeconds}"),
            null,
            TimeSpan.FromSeconds(due),
            period == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(period));
    }
}

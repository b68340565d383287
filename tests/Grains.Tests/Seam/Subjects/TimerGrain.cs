using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;

namespace McpGateway.Grains.Tests.Seam.Subjects;

internal interface ITimerGrain : IGatewayGrain
{
    ValueTask StartAsync(TimeSpan period);

    ValueTask StopAsync();

    ValueTask LeaveAsync();

    ValueTask<string> TurnsAsync();
}

internal sealed class TimerGrain(Probe probe) : GatewayGrain, ITimerGrain
{
    private IDisposable? _timer;
    private TaskScheduler? _scheduler;
    private int _ticks;
    private int _turns;

    public ValueTask StartAsync(TimeSpan period)
    {
        _scheduler = TaskScheduler.Current;
        _timer = RegisterTimer(TickAsync, TimeSpan.FromSeconds(1), period);
        return default;
    }

    public ValueTask StopAsync()
    {
        _timer!.Dispose();
        _timer.Dispose();
        return default;
    }

    public ValueTask LeaveAsync()
    {
        DeactivateWhenIdle();
        return default;
    }

    public ValueTask<string> TurnsAsync() => new($"{_turns} of {_ticks} were turns");

    protected override async Task ActivateAsync(CancellationToken cancellationToken)
    {
        if (Key == "early")
        {
            RegisterTimer(TickAsync, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
            probe.Mark("activating");
            await probe.Gate("activate");
        }
    }

    protected override Task DeactivateAsync(CancellationToken cancellationToken)
    {
        probe.Mark("deactivated");
        _timer?.Dispose();
        return Task.CompletedTask;
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        _ticks++;
        _turns += TaskScheduler.Current == _scheduler ? 1 : 0;
        probe.Mark("tick");
        if (Key == "fails")
        {
            throw new InvalidDataException("no");
        }

        if (Key == "slow")
        {
            try
            {
                await probe.Gate("slow").WaitAsync(cancellationToken);
                probe.Mark("tock");
            }
            catch (OperationCanceledException)
            {
                probe.Mark("told");
                throw;
            }
        }
    }
}

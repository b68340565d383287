using System.Runtime.CompilerServices;
using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;

namespace McpGateway.Grains.Tests.Seam.Subjects;

internal interface IStreamGrain : IGatewayGrain
{
    IAsyncEnumerable<int> CountAsync(int until);

    IAsyncEnumerable<int> SilentAsync(CancellationToken cancellationToken = default);

    IAsyncEnumerable<int> DeafAsync(CancellationToken cancellationToken = default);

    IAsyncEnumerable<int> FallingOutAsync(CancellationToken cancellationToken = default);

    IAsyncEnumerable<int> FailingAsync();

    ValueTask SayAsync(int item);

    ValueTask LeaveAsync();
}

internal sealed class StreamGrain(Probe probe) : GatewayGrain, IStreamGrain
{
    private readonly TaskCompletionSource<int> _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async IAsyncEnumerable<int> CountAsync(int until)
    {
        var scheduler = TaskScheduler.Current;
        probe.Mark("opened");
        try
        {
            for (var item = 0; item < until; item++)
            {
                await Task.Yield();
                yield return item;
            }
        }
        finally
        {
            probe.Mark($"finally in a turn: {TaskScheduler.Current == scheduler}");
        }
    }

    public async IAsyncEnumerable<int> SilentAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var scheduler = TaskScheduler.Current;
        probe.Mark("opened");
        try
        {
            yield return await _said.Task.WaitAsync(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
        finally
        {
            probe.Mark($"finally in a turn: {TaskScheduler.Current == scheduler}");
        }
    }

    public async IAsyncEnumerable<int> DeafAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var scheduler = TaskScheduler.Current;
        probe.Mark("opened");
        try
        {
            await probe.Gate("deaf");
            yield return 1;
        }
        finally
        {
            probe.Mark($"finally in a turn: {TaskScheduler.Current == scheduler}");
        }
    }

    // Ends without a word when cancelled: for the consumer that is no end of the stream.
    public async IAsyncEnumerable<int> FallingOutAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var scheduler = TaskScheduler.Current;
        probe.Mark("opened");
        var cancelled = new TaskCompletionSource();
        await using var told = cancellationToken.Register(cancelled.SetResult);
        await Task.WhenAny(_said.Task, cancelled.Task);
        probe.Mark($"finally in a turn: {TaskScheduler.Current == scheduler}");
        if (!cancellationToken.IsCancellationRequested)
        {
            yield return 1;
        }
    }

    public async IAsyncEnumerable<int> FailingAsync()
    {
        yield return 1;
        await Task.Yield();
        throw new InvalidDataException("no more");
    }

    public ValueTask SayAsync(int item)
    {
        _said.SetResult(item);
        return default;
    }

    public ValueTask LeaveAsync()
    {
        DeactivateWhenIdle();
        return default;
    }

    protected override Task ActivateAsync(CancellationToken cancellationToken) =>
        Key == "cannot live" ? throw new InvalidDataException("cannot live") : Task.CompletedTask;

    protected override Task DeactivateAsync(CancellationToken cancellationToken)
    {
        probe.Mark("deactivated");
        return Task.CompletedTask;
    }
}

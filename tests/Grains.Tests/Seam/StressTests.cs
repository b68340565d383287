using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;
using McpGateway.Testing;

namespace McpGateway.Grains.Tests.Seam;

public sealed class StressTests
{
    private const int Callers = 8;
    private const int Rounds = 400;

    /// <summary>Calls, streams, cancellations and deactivations of few keys at once, on the real clock with a very short idle time.</summary>
    [Fact]
    public async Task EverythingAtOnce_FewGrains_NeverTwoActivationsAndNoCallLost()
    {
        await using var runtime = EmbeddedRuntime.With(
            TimeProvider.System, new MemoryGrainStore(), static options => options.IdleAfter = TimeSpan.FromMilliseconds(4), typeof(BusyGrain));
        var expected = new ConcurrentDictionary<string, int>();
        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (var round = 0; round < Rounds; round++)
            {
                var key = $"{random.Next(4)}";
                await ActAsync(runtime.Get<IBusyGrain>(key), random.Next(6));
                expected.AddOrUpdate(key, 1, static (_, count) => count + 1);
                await runtime.Get<IBusyGrain>(key).AddAsync();
            }
        }));
        await Task.WhenAll(callers).WaitAsync(Eventually.Patience * 3);
        foreach (var (key, count) in expected)
        {
            BusyGrain.Counts[(runtime.Probe, key)].ShouldBe(count);
        }

        runtime.Probe.Marks.ShouldBeEmpty();
        await runtime.Host.StopAsync(CancellationToken.None).Soon();
        BusyGrain.Living.Where(living => living.Key.Probe == runtime.Probe).ShouldAllBe(static living => living.Value == 0);
    }

    private static async Task ActAsync(IBusyGrain grain, int action)
    {
        try
        {
            switch (action)
            {
                case 0:
                    await grain.LeaveAsync();
                    break;
                case 1:
                    using (var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(1)))
                    {
                        await grain.WaitAsync(cancelled.Token);
                    }

                    break;
                case 2:
                    await foreach (var item in grain.WatchAsync(5))
                    {
                        if (item == 3)
                        {
                            break;
                        }
                    }

                    break;
                case 3:
                    using (var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(1)))
                    {
                        await foreach (var item in grain.WatchAsync(int.MaxValue, cancelled.Token))
                        {
                            item.ShouldBeGreaterThanOrEqualTo(0);
                        }
                    }

                    break;
            }
        }
        catch (OperationCanceledException)
        {
            // As asked for.
        }
        catch (GrainStreamBrokenException)
        {
            // Another caller sent the grain away.
        }
    }
}

internal interface IBusyGrain : IGatewayGrain
{
    ValueTask AddAsync();

    ValueTask WaitAsync(CancellationToken cancellationToken);

    ValueTask LeaveAsync();

    IAsyncEnumerable<int> WatchAsync(int until, CancellationToken cancellationToken = default);
}

internal sealed class BusyGrain(Probe probe) : GatewayGrain, IBusyGrain
{
    public static ConcurrentDictionary<(Probe Probe, string Key), int> Living { get; } = new();

    public static ConcurrentDictionary<(Probe Probe, string Key), int> Counts { get; } = new();

    // Read, wait and write: right only because no other activation does the same, and because it is exclusive.
    public ValueTask AddAsync() => ExclusiveAsync(async _ =>
    {
        var count = Counts.GetValueOrDefault((probe, Key));
        await Task.Yield();
        Counts[(probe, Key)] = count + 1;
    });

    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);

    public ValueTask LeaveAsync()
    {
        DeactivateWhenIdle();
        return default;
    }

    public async IAsyncEnumerable<int> WatchAsync(int until, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var item = 0; item < until; item++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return item;
        }
    }

    protected override async Task ActivateAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (Living.AddOrUpdate((probe, Key), 1, static (_, count) => count + 1) != 1)
        {
            probe.Mark($"two of {Key}");
        }
    }

    protected override async Task DeactivateAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        Living.AddOrUpdate((probe, Key), 0, static (_, count) => count - 1);
    }
}

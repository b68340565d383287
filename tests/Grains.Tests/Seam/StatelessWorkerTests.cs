using System.Globalization;
using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;
using McpGateway.Testing;
using Orleans.Concurrency;

namespace McpGateway.Grains.Tests.Seam;

public sealed class StatelessWorkerTests
{
    [Fact]
    public async Task StatelessWorker_CallsAtOnce_RunInParallel()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(WorkerGrain));
        using var together = new Barrier(2);
        WorkerGrain.Together = together;

        // Both block a thread until the other is there too: with turns of one activation they never would.
        var calls = Enumerable.Range(0, 2).Select(_ => runtime.Get<IWorkerGrain>().MeetAsync().Soon()).ToList();
        (await Task.WhenAll(calls)).ShouldBe([true, true]);
    }

    [Fact]
    public async Task StatelessWorker_ManyCalls_UseABoundedPool()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(WorkerGrain));
        for (var call = 0; call < Environment.ProcessorCount * 10; call++)
        {
            await runtime.Get<IWorkerGrain>().WhoAsync().Soon();
        }

        runtime.Probe.Count("made").ShouldBe(Environment.ProcessorCount * 4);
    }

    [Fact]
    public async Task StatelessWorker_Idle_IsDeactivated()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(WorkerGrain));
        await runtime.Get<IWorkerGrain>().WhoAsync().Soon();
        runtime.Time.Advance(TimeSpan.FromMinutes(12.5));
        await runtime.Probe.SeesAsync("deactivated");
    }

    [Fact]
    public async Task StatelessWorker_ThatFailsToLive_FailsOnlyItsOwnCall()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(WorkerGrain));
        await Should.ThrowAsync<InvalidDataException>(() => runtime.Get<IWorkerGrain>("fails once").WhoAsync().Soon());
        (await runtime.Get<IWorkerGrain>("fails once").WhoAsync().Soon()).ShouldNotBeNull();
    }
}

internal interface IWorkerGrain : IGatewayGrain
{
    ValueTask<bool> MeetAsync();

    ValueTask<string> WhoAsync();
}

[StatelessWorker]
internal sealed class WorkerGrain : GatewayGrain, IWorkerGrain
{
    private readonly string _name = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
    private readonly Probe _probe;

    public WorkerGrain(Probe probe)
    {
        _probe = probe;
        probe.Mark("made");
    }

    public static Barrier? Together { get; set; }

    public ValueTask<bool> MeetAsync() => new(Together!.SignalAndWait(Eventually.Patience));

    public ValueTask<string> WhoAsync() => new(_name);

    protected override Task ActivateAsync(CancellationToken cancellationToken) =>
        Key == "fails once" && _probe.Count("made") == 1 ? throw new InvalidDataException("no") : Task.CompletedTask;

    protected override Task DeactivateAsync(CancellationToken cancellationToken)
    {
        _probe.Mark("deactivated");
        return Task.CompletedTask;
    }
}

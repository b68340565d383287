using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Tests;
using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;
using static McpGateway.Grains.Tests.Seam.Subjects.Streams;

namespace McpGateway.Cluster.Tests.Runtime;

/// <summary>Streams over Orleans keep what StreamTests promise of the embedded host: they end where they should, and are never silent for ever.</summary>
[Collection(SiloRuntimeCollection.Name)]
public sealed class StreamTests(SiloRuntime runtime)
{
    private readonly Probe _probe = runtime.NewProbe();

    [Fact]
    public async Task Stream_ToItsEnd_GivesEveryItemInTurns()
    {
        (await ReadAllAsync(runtime.Get<IStreamGrain>().CountAsync(1000)).Soon()).ShouldBe(Enumerable.Range(0, 1000));
        await _probe.SeesAsync("finally in a turn: True");
    }

    [Fact]
    public async Task Stream_LeftInTheMiddle_EndsTheGrainsIterator()
    {
        await foreach (var item in runtime.Get<IStreamGrain>().CountAsync(int.MaxValue))
        {
            if (item == 3)
            {
                break;
            }
        }

        await _probe.SeesAsync("finally in a turn: True");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_Cancelled_EndsAtBothSides(bool byArgument)
    {
        using var cancelled = new CancellationTokenSource();
        var grain = runtime.Get<IStreamGrain>();
        var stream = byArgument ? grain.SilentAsync(cancelled.Token) : grain.SilentAsync(CancellationToken.None);
        var reading = ReadAllAsync(stream, cancellationToken: byArgument ? CancellationToken.None : cancelled.Token).Soon();
        await _probe.SeesAsync("opened");

        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => reading);
        await _probe.SeesAsync("finally in a turn: True");
    }

    [Fact]
    public async Task Stream_ThatFails_FailsAtTheConsumer()
    {
        var seen = new List<int>();
        var failure = await Should.ThrowAsync<InvalidDataException>(() => ReadAllAsync(runtime.Get<IStreamGrain>().FailingAsync(), seen).Soon());
        failure.Message.ShouldBe("no more");
        seen.ShouldBe([1]);
    }

    [Theory]
    [InlineData("waits")]
    [InlineData("deaf")]
    [InlineData("falls out")]
    public async Task Stream_OfADeactivatedGrain_IsBroken(string kind)
    {
        var grain = runtime.Get<IStreamGrain>();
        var reading = ReadAllAsync(kind switch
        {
            "waits" => grain.SilentAsync(CancellationToken.None),
            "deaf" => grain.DeafAsync(CancellationToken.None),
            _ => grain.FallingOutAsync(CancellationToken.None),
        }).Soon();
        await _probe.SeesAsync("opened");

        await grain.LeaveAsync().Soon();

        await ShouldBreakAsync(reading);
        _probe.Open("deaf");
        await _probe.SeesAsync("deactivated");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_OfASiloThatEnds_IsBroken(bool gracefully)
    {
        var silo = runtime.Silos[0];
        var grain = await runtime.PlaceAsync<IStreamGrain>(silo, static async grain => (await ReadAllAsync(grain.CountAsync(1))).ShouldBe([0]));
        var reading = ReadAllAsync(grain.SilentAsync(CancellationToken.None)).Soon();
        await _probe.SeesAsync("opened", 2);

        await (gracefully ? runtime.StopAsync(silo) : runtime.KillAsync(silo));

        await ShouldBreakAsync(reading);
        await runtime.StartAsync();
    }

    [Fact]
    public async Task Stream_OtherCalls_RunBetweenItems()
    {
        var grain = runtime.Get<IStreamGrain>();
        await using var items = grain.SilentAsync(CancellationToken.None).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var first = items.MoveNextAsync().Soon();
        await _probe.SeesAsync("opened");
        await grain.SayAsync(7).Soon();
        (await first).ShouldBeTrue();
        items.Current.ShouldBe(7);
    }

    // By a failure that callers know as one to subscribe again after, and not by an end that looks like the stream's own.
    private static async Task ShouldBreakAsync(Task<List<int>> reading)
    {
        var broken = await Should.ThrowAsync<Exception>(() => reading);
        GrainFailure.IsTransient(broken).ShouldBeTrue(broken.ToString());
    }
}

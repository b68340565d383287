using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;
using static McpGateway.Grains.Tests.Seam.Subjects.Streams;

namespace McpGateway.Grains.Tests.Seam;

public sealed class StreamTests
{
    [Fact]
    public async Task Stream_ToItsEnd_GivesEveryItemInTurns()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(StreamGrain));
        (await ReadAllAsync(runtime.Get<IStreamGrain>().CountAsync(100)).Soon()).ShouldBe(Enumerable.Range(0, 100));
        await runtime.Probe.SeesAsync("finally in a turn: True");
    }

    [Fact]
    public async Task Stream_EnumeratedTwice_OpensTwice()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(StreamGrain));
        var stream = runtime.Get<IStreamGrain>().CountAsync(2);
        runtime.Probe.Marks.ShouldBeEmpty();
        (await ReadAllAsync(stream).Soon()).ShouldBe([0, 1]);
        (await ReadAllAsync(stream).Soon()).ShouldBe([0, 1]);
        runtime.Probe.Count("opened").ShouldBe(2);
    }

    [Fact]
    public async Task Stream_LeftInTheMiddle_EndsTheGrainsIteratorFirst()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(StreamGrain));
        await foreach (var item in runtime.Get<IStreamGrain>().CountAsync(100))
        {
            if (item == 3)
            {
                break;
            }
        }

        runtime.Probe.Count("finally in a turn: True").ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_Cancelled_EndsAtBothSides(bool byArgument)
    {
        await using var runtime = EmbeddedRuntime.With(typeof(StreamGrain));
        using var cancelled = new CancellationTokenSource();
        var grain = runtime.Get<IStreamGrain>();
        var stream = byArgument ? grain.SilentAsync(cancelled.Token) : grain.SilentAsync();
        var reading = ReadAllAsync(stream, cancellationToken: byArgument ? CancellationToken.None : cancelled.Token).Soon();
        await runtime.Probe.SeesAsync("opened");
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => reading);
        await runtime.Probe.SeesAsync("finally in a turn: True");
    }

    [Fact]
    public async Task Stream_CancelledWhileTheGrainIsDeaf_EndsForTheConsumerAtOnce()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(StreamGrain));
        using var cancelled = new CancellationTokenSource();
        var reading = ReadAllAsync(runtime.Get<IStreamGrain>().DeafAsync(), cancellationToken: cancelled.Token).Soon();
        await runtime.Probe.SeesAsync("opened");
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => reading);
        runtime.Probe.Count("finally in a turn: True").ShouldBe(0);
        runtime.Probe.Open("deaf");
        await runtime.Probe.SeesAsync("finally in a turn: True");
    }

    [Fact]
    public async Task Stream_CancelledBeforeItsFirstItem_NeverOpens()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(StreamGrain));
        await Should.ThrowAsync<OperationCanceledException>(
            () => ReadAllAsync(runtime.Get<IStreamGrain>().CountAsync(3), cancellationToken: new CancellationToken(canceled: true)).Soon());
        runtime.Probe.Marks.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stream_ThatFails_FailsAtTheConsumer()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(StreamGrain));
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
        await using var runtime = EmbeddedRuntime.With(typeof(StreamGrain));
        var grain = runtime.Get<IStreamGrain>();
        var reading = ReadAllAsync(kind switch
        {
            "waits" => grain.SilentAsync(),
            "deaf" => grain.DeafAsync(),
            _ => grain.FallingOutAsync(),
        }).Soon();
        await runtime.Probe.SeesAsync("opened");
        await grain.LeaveAsync().Soon();
        var broken = await Should.ThrowAsync<GrainStreamBrokenException>(() => reading);
        GrainFailure.IsTransient(broken).ShouldBeTrue();
        runtime.Probe.Open("deaf");
        await runtime.Probe.SeesAsync("deactivated");
        runtime.Probe.Marks.ShouldBe(["opened", "finally in a turn: True", "deactivated"]);
    }

    [Fact]
    public async Task Stream_BetweenPullsOfADeactivatedGrain_IsBrokenAtTheNext()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(StreamGrain));
        var grain = runtime.Get<IStreamGrain>();
        await using var items = grain.CountAsync(100).GetAsyncEnumerator();
        (await items.MoveNextAsync().Soon()).ShouldBeTrue();
        await grain.LeaveAsync().Soon();
        await runtime.Probe.SeesAsync("deactivated");
        await Should.ThrowAsync<GrainStreamBrokenException>(() => items.MoveNextAsync().Soon());
    }

    [Fact]
    public async Task Stream_WhileOpen_KeepsTheGrainAlive()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(StreamGrain));
        using var cancelled = new CancellationTokenSource();
        var reading = ReadAllAsync(runtime.Get<IStreamGrain>().SilentAsync(cancelled.Token)).Soon();
        await runtime.Probe.SeesAsync("opened");
        runtime.Time.Advance(TimeSpan.FromHours(1));
        reading.IsCompleted.ShouldBeFalse();
        runtime.Probe.Marks.ShouldBe(["opened"]);
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task Stream_SlowConsumer_LosesNothing()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(StreamGrain));
        var seen = new List<int>();
        await foreach (var item in runtime.Get<IStreamGrain>().CountAsync(5))
        {
            seen.Add(item);
            runtime.Time.Advance(TimeSpan.FromSeconds(4));
        }

        seen.ShouldBe([0, 1, 2, 3, 4]);
    }

    [Fact]
    public async Task Stream_NobodyPulls_IsThrownAway()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(StreamGrain));
        await using var items = runtime.Get<IStreamGrain>().CountAsync(100).GetAsyncEnumerator();
        (await items.MoveNextAsync().Soon()).ShouldBeTrue();
        runtime.Time.Advance(TimeSpan.FromSeconds(11));
        await runtime.Probe.SeesAsync("finally in a turn: True");
        await Should.ThrowAsync<GrainStreamBrokenException>(() => items.MoveNextAsync().Soon());
    }

    [Fact]
    public async Task Stream_OfAGrainThatCannotLive_FailsAtTheFirstItem()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(StreamGrain));
        await Should.ThrowAsync<InvalidDataException>(() => ReadAllAsync(runtime.Get<IStreamGrain>("cannot live").CountAsync(1)).Soon());
    }

    [Fact]
    public async Task Stream_OtherCalls_RunBetweenItems()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(StreamGrain));
        var grain = runtime.Get<IStreamGrain>();
        await using var items = grain.SilentAsync().GetAsyncEnumerator();
        var first = items.MoveNextAsync().Soon();
        await runtime.Probe.SeesAsync("opened");
        await grain.SayAsync(7).Soon();
        (await first).ShouldBeTrue();
        items.Current.ShouldBe(7);
    }
}

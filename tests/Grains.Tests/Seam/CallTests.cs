using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;

namespace McpGateway.Grains.Tests.Seam;

public sealed class CallTests
{
    [Fact]
    public async Task Call_ValueResult_IsAnswered()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(CallGrain));
        (await runtime.Get<ICallGrain>().AddAsync(20).Soon()).ShouldBe(21);
    }

    [Fact]
    public async Task Call_DefaultParameterValue_IsTheInterfaces()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(CallGrain));
        (await runtime.Get<ICallGrain>().AddAsync(20, 5).Soon()).ShouldBe(25);
    }

    [Fact]
    public async Task Call_SeveralArguments_ArriveInOrder()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(CallGrain));
        var answer = await runtime.Get<ICallGrain>("k").JoinAsync("a", 1, null, [2, 3], TestContext.Current.CancellationToken).Soon();
        answer.ShouldBe(new Joined("k", "a1-2,3", true));
    }

    [Fact]
    public async Task Call_WithoutAnswer_HasRunWhenItReturns()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(CallGrain));
        await runtime.Get<ICallGrain>().MarkAsync("done").Soon();
        runtime.Probe.Marks.ShouldBe(["done"]);
    }

    [Fact]
    public async Task Call_ThatThrows_ThrowsAtTheCaller()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(CallGrain));
        (await Should.ThrowAsync<InvalidDataException>(() => runtime.Get<ICallGrain>().ThrowAsync(late: false).Soon())).Message.ShouldBe("at once");
        (await Should.ThrowAsync<InvalidDataException>(() => runtime.Get<ICallGrain>().ThrowAsync(late: true).Soon())).Message.ShouldBe("late");
    }

    [Theory]
    [InlineData(nameof(GrainStateConflictException), true)]
    [InlineData(nameof(GrainUnavailableException), false)]
    [InlineData(nameof(GrainStreamBrokenException), true)]
    [InlineData(nameof(StorageUnavailableException), false)]
    [InlineData(nameof(TimeoutException), true)]
    public async Task Call_ThatIsRefused_ThrowsTheSameTypeAtTheCaller(string why, bool mayHaveRun)
    {
        await using var runtime = EmbeddedRuntime.With(typeof(CallGrain));
        var refused = await Should.ThrowAsync<Exception>(() => runtime.Get<ICallGrain>().RefuseAsync(why).Soon());
        (refused.GetType().Name, refused.Message).ShouldBe((why, why));
        GrainFailure.IsTransient(refused).ShouldBeTrue();
        GrainFailure.MayHaveRun(refused).ShouldBe(mayHaveRun);
    }

    [Fact]
    public async Task Call_WithCancelledToken_NeverRuns()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(CallGrain));
        await Should.ThrowAsync<OperationCanceledException>(() => runtime.Get<ICallGrain>().HoldAsync("a", new CancellationToken(canceled: true)).Soon());
        (await runtime.Get<ICallGrain>().AddAsync(1).Soon()).ShouldBe(2);
        runtime.Probe.Marks.ShouldBeEmpty();
    }

    [Fact]
    public async Task Call_CancelledOnItsWay_EndsAtOnceAndTheGrainIsToldInATurn()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(CallGrain));
        using var cancelled = new CancellationTokenSource();
        var call = runtime.Get<ICallGrain>().HoldAsync("a", cancelled.Token).Soon();
        await runtime.Probe.SeesAsync("holding a");
        await cancelled.CancelAsync();
        (await Should.ThrowAsync<OperationCanceledException>(() => call)).CancellationToken.ShouldBe(cancelled.Token);
        await runtime.Probe.SeesAsync("told in a turn: True");
        runtime.Probe.Open("a");
        await runtime.Probe.SeesAsync("let go a");
    }

    [Fact]
    public async Task Call_BeyondTheResponseTimeout_TimesOutAndGoesOn()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(CallGrain));
        var call = runtime.Get<ICallGrain>().HoldAsync("a").Soon();
        await runtime.Probe.SeesAsync("holding a");
        runtime.Time.Advance(TimeSpan.FromSeconds(4.7));
        await runtime.Get<ICallGrain>().AddAsync(1).Soon();
        call.IsCompleted.ShouldBeFalse();
        runtime.Time.Advance(TimeSpan.FromSeconds(0.3));
        (await Should.ThrowAsync<TimeoutException>(() => call)).Message.ShouldStartWith("ICallGrain(one).HoldAsync gave no answer within 00:00:05.");
        runtime.Probe.Open("a");
        await runtime.Probe.SeesAsync("let go a");
    }

    [Fact]
    public async Task Call_StillQueuedAtItsTimeout_NeverRuns()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(CallGrain));
        var grain = runtime.Get<ICallGrain>();
        using var release = new ManualResetEventSlim();
        CallGrain.Blocker = release;
        var blocking = grain.BlockAsync().Soon();
        await runtime.Probe.SeesAsync("blocking");
        var queued = grain.MarkAsync("ran").Soon();
        runtime.Time.Advance(TimeSpan.FromSeconds(5));
        await Should.ThrowAsync<TimeoutException>(() => queued);
        release.Set();
        await Should.ThrowAsync<TimeoutException>(() => blocking);
        await grain.AddAsync(1).Soon();
        runtime.Probe.Marks.ShouldBe(["blocking"]);
    }

    [Fact]
    public async Task Call_ToAGrainWithAFullQueue_IsRefused()
    {
        await using var runtime = EmbeddedRuntime.With(static options => options.MaxQueuedTurns = 3, typeof(CallGrain));
        var grain = runtime.Get<ICallGrain>();
        using var release = new ManualResetEventSlim();
        CallGrain.Blocker = release;
        var blocking = grain.BlockAsync().Soon();
        await runtime.Probe.SeesAsync("blocking");
        var queued = Enumerable.Range(0, 3).Select(number => grain.AddAsync(number).Soon()).ToList();
        var refused = await Should.ThrowAsync<GrainUnavailableException>(() => grain.AddAsync(3).Soon());
        GrainFailure.IsTransient(refused).ShouldBeTrue();
        release.Set();
        await blocking;
        (await Task.WhenAll(queued).Soon()).ShouldBe([1, 2, 3]);
        (await grain.AddAsync(3).Soon()).ShouldBe(4);
    }

    [Fact]
    public async Task Get_InterfaceWithoutAClass_SaysSo()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(CallGrain));
        Should.Throw<InvalidOperationException>(() => runtime.Get<ITurnGrain>()).Message.ShouldContain("No grain class implements");
        Should.Throw<ArgumentException>(() => runtime.Get<ICallGrain>(""));
    }
}

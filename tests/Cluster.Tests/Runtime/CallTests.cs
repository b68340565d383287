using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Tests;
using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;

namespace McpGateway.Cluster.Tests.Runtime;

/// <summary>What a call through Orleans keeps of what CallTests and HonestyTests promise of the embedded host.</summary>
[Collection(SiloRuntimeCollection.Name)]
public sealed class CallTests(SiloRuntime runtime)
{
    private static readonly TimeSpan s_responseTimeout = TimeSpan.FromSeconds(5);

    private readonly Probe _probe = runtime.NewProbe();

    [Fact]
    public async Task Call_EveryWireType_ArrivesEqual()
    {
        var passed = await runtime.Get<IParcelGrain>().PassAsync(Parcels.Full).Soon();

        passed.ShouldBeFull();
    }

    [Fact]
    public async Task Call_NeverSetCollections_StaySo()
    {
        var passed = await runtime.Get<IParcelGrain>().PassAsync(new Parcel("empty", default, [], default, default, 7, null)).Soon();
        passed.Sizes.IsDefault.ShouldBeTrue();
        passed.Labels.ShouldBeNull();
        passed.More.IsEmpty.ShouldBeTrue();
        passed.Perhaps.ShouldBe(7);
        passed.Number.ShouldBeNull();
    }

    [Fact]
    public async Task Call_SeveralArguments_ArriveInOrderAndAsCopies()
    {
        var bytes = new byte[] { 1 };
        var answer = await runtime.Get<IParcelGrain>().ManyAsync(1, "2", Colour.Green, bytes, 5, 6, null, 8, 9, TestContext.Current.CancellationToken).Soon();
        answer.ShouldBe("1 2 Green 1 5 6  8 9 True");
        bytes.ShouldBe([1]);
    }

    [Theory]
    [InlineData(nameof(GrainStateConflictException), true)]
    [InlineData(nameof(GrainUnavailableException), false)]
    [InlineData(nameof(GrainStreamBrokenException), true)]
    [InlineData(nameof(StorageUnavailableException), false)]
    [InlineData(nameof(TimeoutException), true)]
    public async Task Call_ThatIsRefused_ThrowsTheSameTypeAtTheCaller(string why, bool mayHaveRun)
    {
        var refused = await Should.ThrowAsync<Exception>(() => runtime.Get<ICallGrain>().RefuseAsync(why).Soon());
        (refused.GetType().Name, refused.Message).ShouldBe((why, why));
        GrainFailure.IsTransient(refused).ShouldBeTrue();
        GrainFailure.MayHaveRun(refused).ShouldBe(mayHaveRun);
    }

    [Theory]
    [InlineData(false, "at once")]
    [InlineData(true, "late")]
    public async Task Call_ThatThrows_ThrowsTheSameAtTheCaller(bool late, string message)
    {
        var failure = await Should.ThrowAsync<InvalidDataException>(() => runtime.Get<ICallGrain>().ThrowAsync(late).Soon());
        failure.Message.ShouldBe(message);
        GrainFailure.IsTransient(failure).ShouldBeFalse();
    }

    [Fact]
    public async Task Call_CancelledOnItsWay_EndsAtOnceAndTheGrainIsToldInATurn()
    {
        using var cancelled = new CancellationTokenSource();
        var call = runtime.Get<ICallGrain>().HoldAsync("a", cancelled.Token).Soon();
        await _probe.SeesAsync("holding a");

        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call);
        await _probe.SeesAsync("told in a turn: True");
        _probe.Open("a");
        await _probe.SeesAsync("let go a");
    }

    [Fact]
    public async Task Call_WithCancelledToken_NeverRuns()
    {
        var grain = runtime.Get<ICallGrain>();
        await Should.ThrowAsync<OperationCanceledException>(() => grain.HoldAsync("a", new CancellationToken(canceled: true)).Soon());
        (await grain.AddAsync(1).Soon()).ShouldBe(2);
        _probe.Marks.ShouldBeEmpty();
    }

    [Fact]
    public async Task Call_BeyondTheResponseTimeout_TimesOutAndGoesOn()
    {
        var grain = runtime.Get<ICallGrain>();
        var call = grain.HoldAsync("a").AsTask();
        await _probe.SeesAsync("holding a");
        (await grain.AddAsync(1).Soon()).ShouldBe(2);

        var late = await Should.ThrowAsync<TimeoutException>(() => call.WaitAsync(s_responseTimeout * 2));

        GrainFailure.IsTransient(late).ShouldBeTrue();
        _probe.Open("a");
        await _probe.SeesAsync("let go a");
    }
}

using System.Collections.Immutable;
using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;
using McpGateway.Testing;
using Orleans;

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
}

[GenerateSerializer, Immutable]
internal sealed record Joined([property: Id(0)] string Key, [property: Id(1)] string Text, [property: Id(2)] bool Cancellable);

internal interface ICallGrain : IGatewayGrain
{
    ValueTask<int> AddAsync(int number, int amount = 1);

    ValueTask<Joined> JoinAsync(string text, int number, string? missing, ImmutableArray<byte> bytes, CancellationToken cancellationToken);

    ValueTask MarkAsync(string mark);

    ValueTask ThrowAsync(bool late);
}

internal sealed class CallGrain(Probe probe) : GatewayGrain, ICallGrain
{
    public ValueTask<int> AddAsync(int number, int amount = 1) => new(number + amount);

    public ValueTask<Joined> JoinAsync(string text, int number, string? missing, ImmutableArray<byte> bytes, CancellationToken cancellationToken) =>
        new(new Joined(Key, $"{text}{number}-{missing}{string.Join(',', bytes)}", cancellationToken.CanBeCanceled));

    public async ValueTask MarkAsync(string mark)
    {
        await Task.Yield();
        probe.Mark(mark);
    }

    public ValueTask ThrowAsync(bool late) => late ? ThrowLateAsync() : throw new InvalidDataException("at once");

    private static async ValueTask ThrowLateAsync()
    {
        await Task.Yield();
        throw new InvalidDataException("late");
    }
}

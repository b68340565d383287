using System.Collections.Immutable;
using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;
using Orleans;

namespace McpGateway.Grains.Tests.Seam.Subjects;

[GenerateSerializer, Immutable]
internal sealed record Joined([property: Id(0)] string Key, [property: Id(1)] string Text, [property: Id(2)] bool Cancellable);

internal interface ICallGrain : IGatewayGrain
{
    ValueTask<int> AddAsync(int number, int amount = 1);

    ValueTask<Joined> JoinAsync(string text, int number, string? missing, ImmutableArray<byte> bytes, CancellationToken cancellationToken);

    ValueTask MarkAsync(string mark);

    ValueTask ThrowAsync(bool late);

    ValueTask RefuseAsync(string why);

    ValueTask<string> HoldAsync(string gate, CancellationToken cancellationToken = default);

    ValueTask BlockAsync();
}

internal sealed class CallGrain(Probe probe) : GatewayGrain, ICallGrain
{
    public static ManualResetEventSlim? Blocker { get; set; }

    public ValueTask<int> AddAsync(int number, int amount = 1) => new(number + amount);

    public ValueTask<Joined> JoinAsync(string text, int number, string? missing, ImmutableArray<byte> bytes, CancellationToken cancellationToken) =>
        new(new Joined(Key, $"{text}{number}-{missing}{string.Join(',', bytes)}", cancellationToken.CanBeCanceled));

    public async ValueTask MarkAsync(string mark)
    {
        await Task.Yield();
        probe.Mark(mark);
    }

    public ValueTask ThrowAsync(bool late) => late ? ThrowLateAsync() : throw new InvalidDataException("at once");

    // With the exceptions that say more to callers than that something went wrong.
    public ValueTask RefuseAsync(string why) => throw (why switch
    {
        nameof(GrainStateConflictException) => new GrainStateConflictException(why),
        nameof(GrainUnavailableException) => new GrainUnavailableException(why),
        nameof(GrainStreamBrokenException) => new GrainStreamBrokenException(why),
        nameof(StorageUnavailableException) => new StorageUnavailableException(why),
        nameof(TimeoutException) => new TimeoutException(why),
        _ => new ArgumentOutOfRangeException(nameof(why)),
    });

    public async ValueTask<string> HoldAsync(string gate, CancellationToken cancellationToken = default)
    {
        var scheduler = TaskScheduler.Current;
        using var told = cancellationToken.Register(() => probe.Mark($"told in a turn: {TaskScheduler.Current == scheduler}"));
        probe.Mark($"holding {gate}");
        await probe.Gate(gate);
        probe.Mark($"let go {gate}");
        return gate;
    }

    // What a grain must never do; here it fills the queue behind it.
    public ValueTask BlockAsync()
    {
        probe.Mark("blocking");
        Blocker!.Wait();
        return default;
    }

    private static async ValueTask ThrowLateAsync()
    {
        await Task.Yield();
        throw new InvalidDataException("late");
    }
}

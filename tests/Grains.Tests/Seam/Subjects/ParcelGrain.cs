using System.Collections.Immutable;
using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;
using Orleans;

namespace McpGateway.Grains.Tests.Seam.Subjects;

[GenerateSerializer]
internal enum Colour
{
    Red,
    Green,
}

[GenerateSerializer, Immutable]
internal sealed record Parcel(
    [property: Id(0)] string Name,
    [property: Id(1)] ImmutableArray<int> Sizes,
    [property: Id(2)] byte[] Bytes,
    [property: Id(3)] ReadOnlyMemory<byte> More,
    [property: Id(4)] Colour Colour,
    [property: Id(5)] int? Perhaps,
    [property: Id(6)] long? Number)
{
    [Id(7)]
    public DateTimeOffset? Sent { get; init; }

    [Id(8)]
    public Content? Contents { get; init; }

    [Id(9)]
    public ImmutableDictionary<string, int>? Labels { get; init; }

    [Id(10)]
    public TimeSpan Taken { get; init; }

    [Id(11)]
    public Guid Id { get; init; }

    [Id(12)]
    public Page<Content>? Page { get; init; }

    public bool IsNamed => Name.Length > 0;
}

[GenerateSerializer, Immutable]
internal sealed record Page<T>([property: Id(0)] ImmutableArray<T> Items, [property: Id(1)] string? Next);

[GenerateSerializer, Immutable]
internal abstract record Content
{
    [GenerateSerializer, Immutable]
    internal sealed record Letter([property: Id(0)] string Text) : Content;

    [GenerateSerializer, Immutable]
    internal sealed record Nothing : Content;
}

internal interface IParcelGrain : IGatewayGrain
{
    ValueTask<Parcel> PassAsync(Parcel parcel);

    ValueTask<string> ManyAsync(
        int a, string b, Colour c, byte[] d, long e, short f, string? g, uint h, double i, CancellationToken cancellationToken);

    ValueTask NoneAsync();

    IAsyncEnumerable<Parcel> RepeatAsync(Parcel parcel, int times);
}

internal sealed class ParcelGrain(Probe probe) : GatewayGrain, IParcelGrain
{
    public ValueTask<Parcel> PassAsync(Parcel parcel) => new(parcel);

    public ValueTask<string> ManyAsync(
        int a, string b, Colour c, byte[] d, long e, short f, string? g, uint h, double i, CancellationToken cancellationToken)
    {
        var text = $"{a} {b} {c} {d[0]} {e} {f} {g} {h} {i} {cancellationToken.CanBeCanceled}";
        d[0]++;
        return new(text);
    }

    public ValueTask NoneAsync() => default;

    public async IAsyncEnumerable<Parcel> RepeatAsync(Parcel parcel, int times)
    {
        try
        {
            for (var time = 0; time < times; time++)
            {
                await Task.Yield();
                yield return parcel;
            }
        }
        finally
        {
            probe.Mark("finally");
        }
    }
}

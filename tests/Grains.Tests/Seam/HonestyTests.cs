using System.Collections.Immutable;
using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;
using McpGateway.Testing;
using Orleans;

namespace McpGateway.Grains.Tests.Seam;

/// <summary>The switches by which tests of the default build see what Orleans would do.</summary>
public sealed class HonestyTests
{
    private static readonly Parcel s_parcel = new("p", [1, 2, 3], [4, 5], new byte[] { 6, 7 }, Colour.Green, null, 5)
    {
        Sent = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)),
        Contents = new Content.Letter("hello"),
        Labels = ImmutableDictionary<string, int>.Empty.Add("a", 1),
        Taken = TimeSpan.FromSeconds(1.5),
        Id = Guid.Parse("11111111-2222-3333-4444-555555555555"),
        Page = new Page<Content>([new Content.Nothing(), new Content.Letter("x")], "next"),
    };

    [Fact]
    public async Task Arguments_ByDefault_AreTheSameObject()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(ParcelGrain));
        (await runtime.Get<IParcelGrain>().PassAsync(s_parcel).Soon()).ShouldBeSameAs(s_parcel);
    }

    [Fact]
    public async Task CopyArguments_EveryWireType_ArrivesEqual()
    {
        await using var runtime = EmbeddedRuntime.With(static options => options.CopyArguments = true, typeof(ParcelGrain));
        var passed = await runtime.Get<IParcelGrain>().PassAsync(s_parcel).Soon();
        passed.ShouldNotBeSameAs(s_parcel);
        passed.Bytes.ShouldNotBeSameAs(s_parcel.Bytes);
        passed.Sizes.ShouldBe([1, 2, 3]);
        passed.Bytes.ShouldBe([4, 5]);
        passed.More.ToArray().ShouldBe([6, 7]);
        passed.Labels!["a"].ShouldBe(1);
        passed.Page!.Items.ShouldBe([new Content.Nothing(), new Content.Letter("x")]);
        passed.Page.Next.ShouldBe("next");
        Values(passed).ShouldBe(Values(s_parcel));
    }

    [Fact]
    public async Task CopyArguments_NeverSetCollections_StaySo()
    {
        await using var runtime = EmbeddedRuntime.With(static options => options.CopyArguments = true, typeof(ParcelGrain));
        var passed = await runtime.Get<IParcelGrain>().PassAsync(new Parcel("empty", default, [], default, default, 7, null)).Soon();
        passed.Sizes.IsDefault.ShouldBeTrue();
        passed.Labels.ShouldBeNull();
        passed.Perhaps.ShouldBe(7);
        passed.Number.ShouldBeNull();
    }

    [Fact]
    public async Task CopyArguments_SeveralAndNone_Arrive()
    {
        await using var runtime = EmbeddedRuntime.With(static options => options.CopyArguments = true, typeof(ParcelGrain));
        var grain = runtime.Get<IParcelGrain>();
        var bytes = new byte[] { 1 };
        (await grain.ManyAsync(1, "2", Colour.Green, bytes, 5, 6, null, 8, 9, TestContext.Current.CancellationToken).Soon()).ShouldBe("1 2 Green 1 5 6  8 9 True");
        bytes.ShouldBe([1]);
        await grain.NoneAsync().Soon();
    }

    [Fact]
    public async Task CopyArguments_ItemsOfStreams_AreCopiedToo()
    {
        await using var runtime = EmbeddedRuntime.With(static options => options.CopyArguments = true, typeof(ParcelGrain));
        await foreach (var item in runtime.Get<IParcelGrain>().RepeatAsync(s_parcel, 2))
        {
            item.ShouldNotBeSameAs(s_parcel);
            Values(item).ShouldBe(Values(s_parcel));
        }
    }

    [Fact]
    public async Task BreakStreams_Sometimes_BreaksSomeAndOnlyStreams()
    {
        await using var runtime = EmbeddedRuntime.With(static options => options.BreakStreams = 0.5, typeof(ParcelGrain));
        var (broken, whole) = (0, 0);
        for (var attempt = 0; attempt < 200; attempt++)
        {
            try
            {
                await foreach (var item in runtime.Get<IParcelGrain>().RepeatAsync(s_parcel, 1))
                {
                    item.ShouldBeSameAs(s_parcel);
                }

                whole++;
            }
            catch (GrainStreamBrokenException)
            {
                broken++;
            }

            await runtime.Get<IParcelGrain>().PassAsync(s_parcel).Soon();
        }

        broken.ShouldBeGreaterThan(0);
        whole.ShouldBeGreaterThan(0);
        runtime.Probe.Count("finally").ShouldBe(200);
    }

    private static object Values(Parcel parcel) =>
        (parcel.Name, parcel.Colour, parcel.Perhaps, parcel.Number, parcel.Sent, parcel.Contents, parcel.Taken, parcel.Id);
}

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

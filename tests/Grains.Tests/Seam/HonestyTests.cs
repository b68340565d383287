using System.Collections.Immutable;
using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;

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

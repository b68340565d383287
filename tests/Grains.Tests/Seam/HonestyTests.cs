using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;

namespace McpGateway.Grains.Tests.Seam;

/// <summary>The switches by which tests of the default build see what Orleans would do.</summary>
public sealed class HonestyTests
{
    [Fact]
    public async Task Arguments_ByDefault_AreTheSameObject()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(ParcelGrain));
        (await runtime.Get<IParcelGrain>().PassAsync(Parcels.Full).Soon()).ShouldBeSameAs(Parcels.Full);
    }

    [Fact]
    public async Task CopyArguments_EveryWireType_ArrivesEqual()
    {
        await using var runtime = EmbeddedRuntime.With(static options => options.CopyArguments = true, typeof(ParcelGrain));
        var passed = await runtime.Get<IParcelGrain>().PassAsync(Parcels.Full).Soon();
        passed.ShouldNotBeSameAs(Parcels.Full);
        passed.Bytes.ShouldNotBeSameAs(Parcels.Full.Bytes);
        passed.ShouldBeFull();
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
        await foreach (var item in runtime.Get<IParcelGrain>().RepeatAsync(Parcels.Full, 2))
        {
            item.ShouldNotBeSameAs(Parcels.Full);
            Parcels.Values(item).ShouldBe(Parcels.Values(Parcels.Full));
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
                await foreach (var item in runtime.Get<IParcelGrain>().RepeatAsync(Parcels.Full, 1))
                {
                    item.ShouldBeSameAs(Parcels.Full);
                }

                whole++;
            }
            catch (GrainStreamBrokenException)
            {
                broken++;
            }

            await runtime.Get<IParcelGrain>().PassAsync(Parcels.Full).Soon();
        }

        broken.ShouldBeGreaterThan(0);
        whole.ShouldBeGreaterThan(0);
        runtime.Probe.Count("finally").ShouldBe(200);
    }
}

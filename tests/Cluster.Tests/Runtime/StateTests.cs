using System.Globalization;
using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Tests;
using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;
using Orleans;

namespace McpGateway.Cluster.Tests.Runtime;

/// <summary>Stored state over Orleans and PostgreSQL keeps what StoredStateTests promise of the embedded host.</summary>
[Collection(SiloRuntimeCollection.Name)]
public sealed class StateTests(SiloRuntime runtime)
{
    private readonly Probe _probe = runtime.NewProbe();

    [Fact]
    public async Task State_Saved_IsThereForTheNextActivation()
    {
        var grain = runtime.Get<INoteGrain>();
        (await grain.ReadAsync().Soon()).ShouldBe("nothing, stored: False");
        await grain.WriteAsync("hello").Soon();

        await runtime.DeactivateAsync(grain);

        (await grain.ReadAsync().Soon()).ShouldBe("hello, stored: True");
        _probe.Marks.ShouldContain("activated with hello", "it is loaded before the activation");
    }

    [Fact]
    public async Task State_OfASiloThatIsLost_IsThereOnAnother()
    {
        var silo = runtime.Silos[0];
        var grain = await runtime.PlaceAsync<INoteGrain>(silo, static grain => grain.WriteAsync("hello"));

        await runtime.KillAsync(silo);

        (await Patiently.CallAsync(() => grain.ReadAsync())).ShouldBe("hello, stored: True");
        runtime.WhereIs(grain).ShouldNotBeNull();
        await runtime.StartAsync();
    }

    [Fact]
    public async Task State_ChangedByAnotherActivation_IsNotOverwrittenAndTheActivationEnds()
    {
        var grain = runtime.Get<INoteGrain>();
        await grain.WriteAsync("mine").Soon();
        await WriteAsAnotherAsync(grain, "theirs");

        var conflict = await Should.ThrowAsync<GrainStateConflictException>(() => grain.WriteAsync("mine again").Soon());

        GrainFailure.IsTransient(conflict).ShouldBeTrue();
        (await grain.ReadAsync().Soon()).ShouldBe("theirs, stored: True");
        await grain.WriteAsync("mine at last").Soon();
        (await StoredAsync(grain))!.ShouldContain("mine at last");
    }

    [Fact]
    public async Task Clear_OfWhatAnotherActivationChanged_IsAConflict()
    {
        var grain = runtime.Get<INoteGrain>();
        await grain.WriteAsync("mine").Soon();
        await WriteAsAnotherAsync(grain, "theirs");

        await Should.ThrowAsync<GrainStateConflictException>(() => grain.ClearAsync().Soon());

        (await grain.ReadAsync().Soon()).ShouldBe("theirs, stored: True");
    }

    [Fact]
    public async Task State_IsStoredAsTheStandaloneEditionStoresIt()
    {
        var grain = runtime.Get<INoteGrain>();
        await grain.WriteAsync("hello").Soon();
        (await StoredAsync(grain)).ShouldBe("""{"Text":"hello","Lines":null}""");
    }

    [Fact]
    public async Task State_OfAnotherKindWithTheSameKeyAndName_IsAnother()
    {
        var grain = runtime.Get<INoteGrain>();
        await grain.WriteAsync("hello").Soon();
        (await runtime.Get<IOtherNoteGrain>(grain.GetPrimaryKeyString()).ReadAsync().Soon()).ShouldBe("nothing");
    }

    [Fact]
    public async Task Clear_DeletesAndStartsAnew()
    {
        var grain = runtime.Get<INoteGrain>();
        await grain.WriteAsync("hello").Soon();
        await grain.ClearAsync().Soon();
        (await grain.ReadAsync().Soon()).ShouldBe("nothing, stored: False");
        (await StoredAsync(grain)).ShouldBeNull();
        await grain.WriteAsync("again").Soon();
        (await grain.ReadAsync().Soon()).ShouldBe("again, stored: True");
    }

    [Fact]
    public async Task Saves_AtOnce_AreAllDurable()
    {
        var grain = runtime.Get<INoteGrain>();
        await Task.WhenAll(Enumerable.Range(1, 20).Select(number => grain.WriteAsync(number.ToString(CultureInfo.InvariantCulture)).Soon()));
        var last = await grain.ReadAsync().Soon();
        await runtime.DeactivateAsync(grain);
        (await grain.ReadAsync().Soon()).ShouldBe(last);
    }

    private Task WriteAsAnotherAsync(INoteGrain grain, string text) => runtime.SqlAsync(
        $$"""UPDATE OrleansStorage SET Version = Version + 1, PayloadBinary = convert_to('{"Text":"{{text}}"}', 'UTF8') WHERE {{RowOf(grain)}}""");

    private async Task<string?> StoredAsync(INoteGrain grain) =>
        await runtime.SqlAsync($"SELECT convert_from(PayloadBinary, 'UTF8') FROM OrleansStorage WHERE {RowOf(grain)}") as string;

    private static string RowOf(INoteGrain grain) => $"GrainTypeString = 'note.note' AND GrainIdExtensionString = '{grain.GetPrimaryKeyString()}'";
}

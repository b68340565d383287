using System.Text;
using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Tests.Seam.Subjects;
using McpGateway.Testing;

namespace McpGateway.Grains.Tests.Seam;

public sealed class StoredStateTests
{
    [Fact]
    public async Task State_Saved_IsThereForTheNextActivation()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(NoteGrain));
        var grain = runtime.Get<INoteGrain>();
        (await grain.ReadAsync().Soon()).ShouldBe("nothing, stored: False");
        await grain.WriteAsync("hello").Soon();
        await grain.LeaveAsync().Soon();
        (await grain.ReadAsync().Soon()).ShouldBe("hello, stored: True");
    }

    [Fact]
    public async Task State_IsLoadedBeforeActivation()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(NoteGrain));
        runtime.Store.Put("note", "one", "note", """{"Text":"from before","Unknown":1}"""u8.ToArray());
        (await runtime.Get<INoteGrain>().ReadAsync().Soon()).ShouldBe("from before, stored: True");
        runtime.Probe.Marks.ShouldBe(["activated with from before"]);
    }

    [Fact]
    public async Task State_IsStoredAsJsonUnderTypeKeyAndName()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(NoteGrain));
        await runtime.Get<INoteGrain>().WriteAsync("hello").Soon();
        Encoding.UTF8.GetString(runtime.Store.Row("note", "one", "note")!.Payload).ShouldBe("""{"Text":"hello","Lines":null}""");
    }

    [Fact]
    public async Task State_OfAnotherKindWithTheSameKeyAndName_IsAnother()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(NoteGrain), typeof(OtherNoteGrain));
        await runtime.Get<INoteGrain>().WriteAsync("hello").Soon();
        (await runtime.Get<IOtherNoteGrain>().ReadAsync().Soon()).ShouldBe("nothing");
    }

    [Fact]
    public async Task State_ChangedBySomebodyElse_IsNotOverwrittenAndTheActivationEnds()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(NoteGrain));
        var grain = runtime.Get<INoteGrain>();
        await grain.WriteAsync("mine").Soon();
        runtime.Store.Put("note", "one", "note", """{"Text":"theirs"}"""u8.ToArray());
        var conflict = await Should.ThrowAsync<GrainStateConflictException>(() => grain.WriteAsync("mine again").Soon());
        GrainFailure.IsTransient(conflict).ShouldBeTrue();
        (await grain.ReadAsync().Soon()).ShouldBe("theirs, stored: True");
        await grain.WriteAsync("mine at last").Soon();
        (await grain.ReadAsync().Soon()).ShouldBe("mine at last, stored: True");
    }

    [Fact]
    public async Task State_MadeBySomebodyElseMeanwhile_IsAConflict()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(NoteGrain));
        var grain = runtime.Get<INoteGrain>();
        await grain.ReadAsync().Soon();
        runtime.Store.Put("note", "one", "note", """{"Text":"theirs"}"""u8.ToArray());
        await Should.ThrowAsync<GrainStateConflictException>(() => grain.WriteAsync("mine").Soon());
    }

    [Fact]
    public async Task Clear_DeletesAndStartsAnew()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(NoteGrain));
        var grain = runtime.Get<INoteGrain>();
        await grain.WriteAsync("hello").Soon();
        await grain.ClearAsync().Soon();
        (await grain.ReadAsync().Soon()).ShouldBe("nothing, stored: False");
        runtime.Store.Row("note", "one", "note").ShouldBeNull();
        await grain.ClearAsync().Soon();
        await grain.WriteAsync("again").Soon();
        (await grain.ReadAsync().Soon()).ShouldBe("again, stored: True");
    }

    [Fact]
    public async Task Clear_OfWhatSomebodyElseChanged_IsAConflict()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(NoteGrain));
        var grain = runtime.Get<INoteGrain>();
        await grain.WriteAsync("mine").Soon();
        runtime.Store.Put("note", "one", "note", """{"Text":"theirs"}"""u8.ToArray());
        await Should.ThrowAsync<GrainStateConflictException>(() => grain.ClearAsync().Soon());
        (await grain.ReadAsync().Soon()).ShouldBe("theirs, stored: True");
    }

    [Fact]
    public async Task Saves_AtOnce_AreFoldedAndAllDurable()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(NoteGrain));
        var grain = runtime.Get<INoteGrain>();
        runtime.Store.BeforeWrite = () => runtime.Probe.Gate("disk");
        var first = grain.WriteAsync("0").Soon();
        await Eventually.TrueAsync(() => runtime.Store.Writes == 1, "the first write is under way");
        var others = Enumerable.Range(1, 20).Select(number => grain.WriteAsync($"{number}").Soon()).ToList();
        await runtime.Probe.SeesAsync("saving", 21);
        others.ShouldAllBe(static save => !save.IsCompleted);
        runtime.Probe.Open("disk");
        await first;
        await Task.WhenAll(others).Soon();
        runtime.Store.Writes.ShouldBe(2);
        Encoding.UTF8.GetString(runtime.Store.Row("note", "one", "note")!.Payload).ShouldContain("20");
    }

    [Fact]
    public async Task Saves_AroundAClear_KeepTheirOrder()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(NoteGrain));
        await runtime.Get<INoteGrain>().SaveClearSaveAsync("before").Soon();
        runtime.Store.Writes.ShouldBe(2);
        (await runtime.Get<INoteGrain>().ReadAsync().Soon()).ShouldBe("nothing, stored: True");
    }

    [Fact]
    public async Task Save_ThatFails_FailsItsCallersAndTheNextOneWorks()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(NoteGrain));
        var grain = runtime.Get<INoteGrain>();
        runtime.Store.BeforeWrite = static () => Task.FromException(new IOException("disk full"));
        await Should.ThrowAsync<IOException>(() => grain.WriteAsync("lost").Soon());
        runtime.Store.BeforeWrite = static () => Task.CompletedTask;
        await grain.WriteAsync("kept").Soon();
        (await grain.ReadAsync().Soon()).ShouldBe("kept, stored: True");
    }

    [Fact]
    public async Task Save_OutsideATurn_IsRefused()
    {
        await using var runtime = EmbeddedRuntime.With(typeof(NoteGrain));
        (await Should.ThrowAsync<InvalidOperationException>(() => runtime.Get<INoteGrain>().SaveElsewhereAsync().Soon()))
            .Message.ShouldContain("left its turn");
    }
}

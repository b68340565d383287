using System.Collections.Immutable;
using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Seam;

namespace McpGateway.Grains.Tests.Seam.Subjects;

internal interface INoteGrain : IGatewayGrain
{
    ValueTask<string> ReadAsync();

    ValueTask WriteAsync(string text);

    ValueTask ClearAsync();

    ValueTask SaveClearSaveAsync(string text);

    ValueTask SaveElsewhereAsync();

    ValueTask LeaveAsync();
}

internal sealed class Note
{
    public string? Text { get; set; }

    public ImmutableArray<string> Lines { get; set; }
}

internal sealed class NoteGrain : GatewayGrain, INoteGrain
{
    private readonly IStored<Note> _note;
    private readonly Probe _probe;

    public NoteGrain(Probe probe)
    {
        _probe = probe;
        _note = State<Note>("note");
    }

    public ValueTask<string> ReadAsync() => new($"{_note.Value.Text ?? "nothing"}, stored: {_note.Exists}");

    public async ValueTask WriteAsync(string text)
    {
        _note.Value.Text = text;
        var save = _note.SaveAsync();
        _probe.Mark("saving");
        await save;
    }

    public async ValueTask ClearAsync() => await _note.ClearAsync();

    public async ValueTask SaveClearSaveAsync(string text)
    {
        _note.Value.Text = text;
        await Task.WhenAll(_note.SaveAsync(), _note.ClearAsync(), _note.SaveAsync());
    }

    public async ValueTask SaveElsewhereAsync() => await Task.Run(_note.SaveAsync);

    public ValueTask LeaveAsync()
    {
        DeactivateWhenIdle();
        return default;
    }

    protected override Task ActivateAsync(CancellationToken cancellationToken)
    {
        if (_note.Exists)
        {
            _probe.Mark($"activated with {_note.Value.Text}");
        }

        return Task.CompletedTask;
    }
}

internal interface IOtherNoteGrain : IGatewayGrain
{
    ValueTask<string> ReadAsync();
}

/// <summary>Calls its state as <see cref="NoteGrain"/> does.</summary>
internal sealed class OtherNoteGrain : GatewayGrain, IOtherNoteGrain
{
    private readonly IStored<Note> _note;

    public OtherNoteGrain() => _note = State<Note>("note");

    public ValueTask<string> ReadAsync() => new(_note.Value.Text ?? "nothing");
}

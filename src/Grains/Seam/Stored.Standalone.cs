using System.Text.Json;
using McpGateway.Abstractions.Seam;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Grains.Seam;

/// <summary>A stored state, as the base of grains sees it.</summary>
internal abstract class Stored
{
    public abstract Task LoadAsync(CancellationToken cancellationToken);
}

/// <summary>A stored state over <see cref="IGrainStore"/>. It needs no lock: it is touched only in turns of its grain.</summary>
internal sealed class Stored<T>(Activation activation, string name) : Stored, IStored<T>
    where T : class, new()
{
    private readonly IGrainStore _store = activation.Host.Services.GetRequiredService<IGrainStore>();
    private readonly string _type = activation.Identity.Kind.Name;
    private Task _last = Task.CompletedTask;
    private Task? _waitingSave;
    private string? _etag;

    public T Value { get; set; } = new();

    public bool Exists => _etag is not null;

    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (await _store.ReadAsync(_type, activation.Key, name, cancellationToken) is { } stored)
        {
            Value = JsonSerializer.Deserialize<T>(stored.Payload, WireJson.Options) ?? new T();
            _etag = stored.ETag;
        }
    }

    public Task SaveAsync()
    {
        activation.CheckTurn();
        return _waitingSave ??= _last = AfterAsync(_last, SaveNowAsync);
    }

    public Task ClearAsync()
    {
        activation.CheckTurn();

        // A save that is asked for from here on must come after the clear, so it cannot join one that waits before it.
        _waitingSave = null;
        return _last = AfterAsync(_last, ClearNowAsync);
    }

    private static async Task AfterAsync(Task previous, Func<Task> operation)
    {
        // Never before the caller's turn is over: what it asks for meanwhile joins. The previous one's failure was its own callers'.
        await Task.Yield();
        await Task.WhenAny(previous);
        await operation();
    }

    private async Task SaveNowAsync()
    {
        _waitingSave = null;
        var payload = JsonSerializer.SerializeToUtf8Bytes(Value, WireJson.Options);
        _etag = await _store.WriteAsync(_type, activation.Key, name, payload, _etag, CancellationToken.None) ?? throw Conflict();
    }

    private async Task ClearNowAsync()
    {
        if (_etag is not null && !await _store.ClearAsync(_type, activation.Key, name, _etag, CancellationToken.None))
        {
            throw Conflict();
        }

        _etag = null;
        Value = new T();
    }

    private GrainStateConflictException Conflict()
    {
        activation.Deactivate();
        return new GrainStateConflictException($"The state '{name}' of {activation.Identity} was changed by another activation.");
    }
}

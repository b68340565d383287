using System.Collections.Concurrent;
using System.Globalization;
using McpGateway.Abstractions.Seam;

namespace McpGateway.Grains.Tests;

/// <summary>A grain store in memory, with the version check of a real one and a gate to hold writes at.</summary>
internal sealed class MemoryGrainStore : IGrainStore
{
    private readonly ConcurrentDictionary<(string Type, string Key, string Name), StoredState> _rows = new();
    private int _version;
    private int _writes;

    public int Writes => _writes;

    /// <summary>What every write waits for before it happens.</summary>
    public Func<Task> BeforeWrite { get; set; } = static () => Task.CompletedTask;

    public StoredState? Row(string type, string key, string name) => _rows.GetValueOrDefault((type, key, name));

    public void Put(string type, string key, string name, byte[] payload) => _rows[(type, key, name)] = new StoredState(payload, NextETag());

    public ValueTask<StoredState?> ReadAsync(string type, string key, string name, CancellationToken cancellationToken) => new(Row(type, key, name));

    public async ValueTask<string?> WriteAsync(
        string type, string key, string name, ReadOnlyMemory<byte> payload, string? etag, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        var next = new StoredState(payload.ToArray(), NextETag());
        await BeforeWrite();
        var written = etag is null
            ? _rows.TryAdd((type, key, name), next)
            : Row(type, key, name) is { } current && current.ETag == etag && _rows.TryUpdate((type, key, name), next, current);
        return written ? next.ETag : null;
    }

    public ValueTask<bool> ClearAsync(string type, string key, string name, string etag, CancellationToken cancellationToken) =>
        new(Row(type, key, name) is { } current && current.ETag == etag && _rows.TryRemove(KeyValuePair.Create((type, key, name), current)));

    private string NextETag() => Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture);
}

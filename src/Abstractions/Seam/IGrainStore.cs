namespace McpGateway.Abstractions.Seam;

/// <summary>
/// Where grains keep their stored state in the standalone edition: one row per grain type, key and name of the state. (The clustered
/// edition stores the same bytes through Orleans.)
/// </summary>
/// <remarks>
/// A row has a version, the etag, which every write changes. A write or clear that names another version than the stored one changes
/// nothing. When a call returns, the change is durable. I/O failures are exceptions.
/// </remarks>
public interface IGrainStore
{
    /// <summary>Reads a state; null if there is none.</summary>
    ValueTask<StoredState?> ReadAsync(string type, string key, string name, CancellationToken cancellationToken);

    /// <summary>Writes a state and answers its new etag, or null if the stored version is not <paramref name="etag"/>.</summary>
    /// <param name="type">The grain type, such as <c>session</c>.</param>
    /// <param name="key">The grain's key.</param>
    /// <param name="name">The name of the state within the grain.</param>
    /// <param name="payload">UTF-8 JSON. The store must not keep the memory after it has returned.</param>
    /// <param name="etag">The version that the caller has read or written last; null if it knows of none, so that none may exist.</param>
    /// <param name="cancellationToken">Gives up waiting; the write may have happened all the same.</param>
    ValueTask<string?> WriteAsync(
        string type, string key, string name, ReadOnlyMemory<byte> payload, string? etag, CancellationToken cancellationToken);

    /// <summary>Deletes a state. False, and nothing deleted, if the stored version is not <paramref name="etag"/>.</summary>
    ValueTask<bool> ClearAsync(string type, string key, string name, string etag, CancellationToken cancellationToken);
}

/// <summary>A state as it is stored.</summary>
/// <param name="Payload">UTF-8 JSON.</param>
/// <param name="ETag">The version; opaque to the grain.</param>
public sealed record StoredState(byte[] Payload, string ETag);

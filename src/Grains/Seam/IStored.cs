namespace McpGateway.Grains.Seam;

/// <summary>A stored state of a grain: kept in memory, read at activation, written when asked for. Stored as JSON.</summary>
internal interface IStored<T>
    where T : class, new()
{
    /// <summary>The state; a new <typeparamref name="T"/> if none is stored.</summary>
    T Value { get; set; }

    /// <summary>Whether a state is stored.</summary>
    bool Exists { get; }

    /// <summary>
    /// Writes the value as it is when the write begins; when it returns, it is durable. Saves asked for while another is under way are
    /// written together, once.
    /// </summary>
    /// <exception cref="Abstractions.Seam.GrainStateConflictException">
    /// Another activation has written since. Nothing was written, and this activation ends.
    /// </exception>
    Task SaveAsync();

    /// <summary>Deletes the stored state and starts again with a new value.</summary>
    /// <exception cref="Abstractions.Seam.GrainStateConflictException">As for <see cref="SaveAsync"/>.</exception>
    Task ClearAsync();
}

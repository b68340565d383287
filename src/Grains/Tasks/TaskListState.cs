using System.Collections.Immutable;

namespace McpGateway.Grains.Tasks;

/// <summary>The tasks of one caller at one virtual server, the oldest first.</summary>
internal sealed record TaskListState
{
    /// <summary>The largest number given; none is given twice while the list has any task.</summary>
    public long LastNumber { get; init; }

    public ImmutableArray<TaskListEntry> Tasks { get; init; } = [];
}

/// <param name="TaskId">As clients know it.</param>
/// <param name="Until">The task's own server forgets it then; null for a server that did not say.</param>
internal sealed record TaskListEntry(long Number, string TaskId, DateTimeOffset? Until);

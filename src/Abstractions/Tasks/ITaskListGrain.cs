using System.Collections.Immutable;
using McpGateway.Abstractions.Seam;
using Orleans;

namespace McpGateway.Abstractions.Tasks;

/// <summary>
/// Which tasks a legacy client's caller has made through a virtual server, so that it can list them (2025-11-25, <c>tasks/list</c>). Its
/// key is made of caller and server. It is stored, so that a list outlives the node that made it, as the tasks do.
/// </summary>
[Alias("ITaskListGrain")]
public interface ITaskListGrain : IGatewayGrain
{
    /// <summary>The longest list.</summary>
    const int MaxTasks = 250;

    /// <summary>Notes a task. Idempotent. Of more than <see cref="MaxTasks"/> the oldest is forgotten.</summary>
    /// <param name="until">Its server forgets it then, and the list with the next task that is noted; null where that is not known.</param>
    ValueTask AddAsync(string taskId, DateTimeOffset? until, CancellationToken cancellationToken);

    /// <summary>Forgets a task that is no more. Idempotent.</summary>
    ValueTask RemoveAsync(string taskId, CancellationToken cancellationToken);

    /// <summary>The tasks whose numbers follow <paramref name="after"/>, the oldest first; empty for none.</summary>
    /// <param name="after">The last number seen; 0 to begin.</param>
    /// <param name="count">How many at most.</param>
    ValueTask<ImmutableArray<ListedTask>> ListAsync(long after, int count, CancellationToken cancellationToken);
}

/// <summary>A task in a list.</summary>
/// <param name="Number">Grows with the age of the list.</param>
/// <param name="TaskId">As clients know it.</param>
[GenerateSerializer, Immutable]
public sealed record ListedTask(long Number, string TaskId);

using McpGateway.Abstractions.Seam;
using Orleans.Runtime;
using Orleans.Storage;

namespace McpGateway.Grains.Seam;

/// <summary>A stored state over Orleans, which folds concurrent writes itself.</summary>
internal sealed class OrleansStored<T>(IPersistentState<T> state, Action deactivate) : IStored<T>
    where T : class, new()
{
    public T Value
    {
        get => state.State;
        set => state.State = value;
    }

    public bool Exists => state.RecordExists;

    public Task SaveAsync() => NamingConflicts(state.WriteStateAsync());

    public Task ClearAsync() => NamingConflicts(state.ClearStateAsync());

    // Orleans ends the activation only if its own exception leaves the call; here it becomes the one that grain code knows.
    private async Task NamingConflicts(Task operation)
    {
        try
        {
            await operation;
        }
        catch (InconsistentStateException exception)
        {
            deactivate();
            throw new GrainStateConflictException(exception.Message, exception);
        }
    }
}

using System.Collections.Immutable;
using McpGateway.Abstractions.Tasks;
using McpGateway.Grains.Seam;

namespace McpGateway.Grains.Tasks;

internal sealed class TaskListGrain : GatewayGrain, ITaskListGrain
{
    private readonly IStored<TaskListState> _state;

    public TaskListGrain() => _state = State<TaskListState>("tasks");

    public async ValueTask AddAsync(string taskId, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var state = _state.Value;
        if (state.Tasks.Any(task => task.TaskId == taskId))
        {
            return;
        }

        var now = Time.GetUtcNow();
        var kept = state.Tasks.RemoveAll(task => task.Until <= now);
        var number = state.LastNumber + 1;
        _state.Value = new TaskListState
        {
            LastNumber = number,
            Tasks = [.. kept.Skip(kept.Length - ITaskListGrain.MaxTasks + 1), new TaskListEntry(number, taskId, until)],
        };
        await _state.SaveAsync();
    }

    public async ValueTask RemoveAsync(string taskId, CancellationToken cancellationToken)
    {
        var rest = _state.Value.Tasks.RemoveAll(task => task.TaskId == taskId);
        if (rest.Length == _state.Value.Tasks.Length)
        {
            return;
        }

        _state.Value = _state.Value with { Tasks = rest };
        await (rest.IsEmpty ? _state.ClearAsync() : _state.SaveAsync());
    }

    public ValueTask<ImmutableArray<ListedTask>> ListAsync(long after, int count, CancellationToken cancellationToken) =>
        new([.. _state.Value.Tasks.Where(task => task.Number > after).Take(count).Select(static task => new ListedTask(task.Number, task.TaskId))]);
}

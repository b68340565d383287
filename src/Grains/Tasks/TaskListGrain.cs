using System.Collections.Immutable;
using McpGateway.Abstractions.Tasks;
using McpGateway.Grains.Seam;

namespace McpGateway.Grains.Tasks;

internal sealed class TaskListGrain : GatewayGrain, ITaskListGrain
{
    private const int MaxTasks = 1000;

    private readonly SortedDictionary<long, string> _tasks = [];
    private long _lastNumber;

    public ValueTask AddAsync(string taskId, CancellationToken cancellationToken)
    {
        if (!_tasks.ContainsValue(taskId))
        {
            _tasks[++_lastNumber] = taskId;
            if (_tasks.Count > MaxTasks)
            {
                _tasks.Remove(_tasks.Keys.First());
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask RemoveAsync(string taskId, CancellationToken cancellationToken)
    {
        foreach (var (number, known) in _tasks)
        {
            if (string.Equals(known, taskId, StringComparison.Ordinal))
            {
                _tasks.Remove(number);
                break;
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<ImmutableArray<ListedTask>> ListAsync(long after, int count, CancellationToken cancellationToken) =>
        new([.. _tasks.Where(task => task.Key > after).Take(count).Select(static task => new ListedTask(task.Key, task.Value))]);
}

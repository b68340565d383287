using System.Collections.Concurrent;
using McpGateway.Testing;

namespace McpGateway.Grains.Tests;

/// <summary>What a test and its grains share: gates at which grains wait until the test opens them, and marks that grains leave.</summary>
internal sealed class Probe
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private volatile bool _allOpen;

    public ConcurrentQueue<string> Marks { get; } = new();

    public void Mark(string mark) => Marks.Enqueue(mark);

    public int Count(string mark) => Marks.Count(found => found == mark);

    public Task SeesAsync(string mark, int times = 1) =>
        Eventually.TrueAsync(() => Count(mark) >= times, $"'{mark}' was marked {times} times; marked are: {string.Join(", ", Marks)}");

    public Task Gate(string name) => _allOpen ? Task.CompletedTask : Source(name).Task;

    public void Open(string name) => Source(name).TrySetResult();

    /// <summary>Lets everything run to its end, also what has yet to come to a gate.</summary>
    public void OpenAll()
    {
        _allOpen = true;
        foreach (var name in _gates.Keys)
        {
            Open(name);
        }
    }

    private TaskCompletionSource Source(string name) =>
        _gates.GetOrAdd(name, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}

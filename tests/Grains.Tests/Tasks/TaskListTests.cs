using McpGateway.Abstractions.Tasks;
using McpGateway.Grains.Tasks;
using McpGateway.Grains.Tests.Upstreams;
using McpGateway.Testing;

namespace McpGateway.Grains.Tests.Tasks;

/// <summary>What a caller's list of tasks keeps, and for how long.</summary>
public sealed class TaskListTests : IAsyncDisposable
{
    private readonly MemoryGrainStore _store = new();
    private readonly FakeTimeProvider _time = new();
    private EmbeddedRuntime _runtime;

    public TaskListTests() => _runtime = Start();

    public ValueTask DisposeAsync() => _runtime.DisposeAsync();

    [Fact]
    public async Task List_IsTheSameAfterARestart()
    {
        await AddAsync("one");
        await AddAsync("two");
        await AddAsync("one");

        await _runtime.DisposeAsync();
        _runtime = Start();

        (await ListAsync()).ShouldBe(["one", "two"]);
        (await ListAsync(after: 1)).ShouldBe(["two"]);
    }

    [Fact]
    public async Task Task_WhoseTimeIsOver_GoesWithTheNext()
    {
        await AddAsync("short", TimeSpan.FromMinutes(1));
        await AddAsync("long", TimeSpan.FromHours(1));
        await AddAsync("endless");

        _time.Advance(TimeSpan.FromMinutes(2));
        await AddAsync("next");

        (await ListAsync()).ShouldBe(["long", "endless", "next"]);
    }

    [Fact]
    public async Task List_ThatIsFull_ForgetsTheOldest()
    {
        for (var i = 0; i <= ITaskListGrain.MaxTasks; i++)
        {
            await AddAsync($"task {i}");
        }

        var all = await ListAsync(count: int.MaxValue);
        all.Length.ShouldBe(ITaskListGrain.MaxTasks);
        all[0].ShouldBe("task 1");
    }

    [Fact]
    public async Task LastTask_Removed_LeavesNothingStored()
    {
        await AddAsync("one");

        await Grain.RemoveAsync("other", UpstreamHost.Cancellation);
        (await ListAsync()).ShouldBe(["one"]);
        _store.Row("tasklist", "one", "tasks").ShouldNotBeNull();
        await Grain.RemoveAsync("one", UpstreamHost.Cancellation);

        (await ListAsync()).ShouldBeEmpty();
        _store.Row("tasklist", "one", "tasks").ShouldBeNull();
    }

    private ITaskListGrain Grain => _runtime.Get<ITaskListGrain>();

    private EmbeddedRuntime Start() => EmbeddedRuntime.With(_time, _store, static options => options.CopyArguments = true, typeof(TaskListGrain));

    private async Task AddAsync(string id, TimeSpan? timeToLive = null) =>
        await Grain.AddAsync(id, _time.GetUtcNow() + timeToLive, UpstreamHost.Cancellation);

    private async Task<string[]> ListAsync(long after = 0, int count = 100) =>
        [.. (await Grain.ListAsync(after, count, UpstreamHost.Cancellation)).Select(static task => task.TaskId)];
}

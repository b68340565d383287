using System.Text.Json;
using McpGateway.Micro;

namespace McpGateway.Frontend.Tests.Allocations;

/// <summary>What the steps of a call may allocate: <c>benchmarks/allocations.json</c>, in bytes.</summary>
public sealed class AllocationBudgetTests
{
    private const int Times = 1000;

    private static readonly Dictionary<string, double> s_budget =
        JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "allocations.json")))!;

    public static TheoryData<string> Steps => [.. new HotPath().Steps.Keys];

    [Theory, MemberData(nameof(Steps))]
    public void Step_AllocatesNoMoreThanItsBudget(string name)
    {
        var step = new HotPath().Steps[name];
        Serve(step);

        // The least of several rounds: what the runtime does now and then (a pool trimmed, code compiled anew) is not the step's.
        var allocated = Enumerable.Range(0, 10).Min(_ => Measure(step)) / (double)Times;

        allocated.ShouldBeLessThanOrEqualTo(s_budget[name], $"bytes for each {name}; if it is meant to be more, say so in benchmarks/allocations.json");
    }

    [Fact]
    public void Budget_NamesEveryStepAndNoOther() => s_budget.Keys.ShouldBe(new HotPath().Steps.Keys, ignoreOrder: true);

    [Fact]
    public void Measure_OfWhatAllocates_SeesIt() => Measure(static () => new byte[100].Length).ShouldBeGreaterThan(100 * Times);

    private static long Measure(Func<int> step)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Serve(step);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Serve(Func<int> step)
    {
        for (var time = 0; time < Times; time++)
        {
            if (step() <= 0)
            {
                throw new InvalidOperationException("The step did not do its work.");
            }
        }
    }
}

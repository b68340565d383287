using BenchmarkDotNet.Attributes;

namespace McpGateway.Micro;

/// <summary>Time and memory of the steps of <see cref="HotPath"/>: <c>dotnet run -c Release --project benchmarks/Micro -- --filter '*'</c>.</summary>
[MemoryDiagnoser]
public class HotPathBenchmarks
{
    private readonly HotPath _path = new();

    [Benchmark]
    public int EnvelopeScan() => _path.EnvelopeScan();

    [Benchmark]
    public int Splice() => _path.Splice();

    [Benchmark]
    public int ResultSplice() => _path.ResultSplice();

    [Benchmark]
    public int SseRelay() => _path.SseRelay();

    [Benchmark]
    public int LargeSseRelay() => _path.LargeSseRelay();

    [Benchmark]
    public int TokenCheck() => _path.TokenCheck();

    [Benchmark]
    public int Counters() => _path.Counters();

    [Benchmark]
    public int Place() => _path.Place();

    [Benchmark]
    public int Stages() => _path.Stages();

    [Benchmark]
    public int Context() => _path.Context();
}

using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using McpGateway.Micro;

// In this process: the repository's build settings are not those of a project that BenchmarkDotNet would make up.
var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
BenchmarkSwitcher.FromTypes([typeof(HotPathBenchmarks)]).Run(args, DefaultConfig.Instance.AddJob(job));

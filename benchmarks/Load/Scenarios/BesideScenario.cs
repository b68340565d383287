using System.Globalization;
using McpGateway.Load.Measuring;
using McpGateway.Load.Peers;

namespace McpGateway.Load.Scenarios;

/// <summary>
/// This gateway, another build of it and nginx in turns: for who changes the hot path and wants to know whether it helped, on a machine that
/// is not quiet. Environment: <c>MCPGATEWAY_BENCH_OTHER</c> is the other build's program, <c>MCPGATEWAY_BENCH_LOADS</c> what is asked and
/// answered, such as <c>legacy/json-100,modern/sse-65536</c>, <c>MCPGATEWAY_BENCH_CONNECTIONS</c> over how many connections.
/// </summary>
internal static class BesideScenario
{
    private const int Tokens = 8;
    private const int Rounds = 9;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(Surroundings bench)
    {
        var other = Setting("OTHER", "") is { Length: > 0 } program
            ? program
            : throw new InvalidOperationException("MCPGATEWAY_BENCH_OTHER must name the program of another build (its artifacts/run/McpGateway.Frontend.dll).");
        using var thisData = new TemporaryFolder();
        using var otherData = new TemporaryFolder();
        await using var thisGateway = await StartAsync(bench.Program, thisData);
        await using var otherGateway = await StartAsync(other, otherData);
        await using var nginx = await Nginx.StartAsync(bench.StubAddress)
            ?? throw new InvalidOperationException("There is no nginx to compare with.");
        foreach (var load in Setting("LOADS", "legacy/json-100,modern/json-100").Split(',', StringSplitOptions.TrimEntries))
        {
            var isLegacy = load.StartsWith("legacy", StringComparison.Ordinal);
            var (path, message) = ($"/{load}/5", isLegacy ? Messages.LegacyCall : Messages.ModernCall);
            LoadTarget[] targets =
            [
                await TargetAsync("this", thisGateway),
                await TargetAsync("other", otherGateway),
                new("nginx", nginx.Process, new Uri(nginx.Address, path), message, isLegacy ? Messages.StubSession : Messages.ModernHeaders),
            ];
            await Bench.CompareAsync(targets, int.Parse(Setting("CONNECTIONS", "64"), CultureInfo.InvariantCulture), s_warmUp, s_duration, (target, figures, all) => new
            {
                measure = "beside",
                load,
                what = target.What,
                cpu_to_other = Math.Round(figures.ProcessorMicroseconds / all[1].ProcessorMicroseconds, 3),
                cpu_to_nginx = Math.Round(figures.ProcessorMicroseconds / all[2].ProcessorMicroseconds, 2),
            }, Rounds);

            async Task<LoadTarget> TargetAsync(string what, Gateway gateway)
            {
                var server = await gateway.ComposeAsync(path, await gateway.RegisterAsync(path.Replace('/', ' '), bench.StubAddress + path));
                var tokens = await Task.WhenAll(Enumerable.Range(0, Tokens).Select(number => gateway.AuthorizeAsync($"{load} {number}")));
                return new LoadTarget(
                    what, gateway.Process, server, message, isLegacy ? await CallsScenario.OpenAsync(server, tokens) : [.. tokens.Select(static token => token + Messages.ModernHeaders)]);
            }
        }
    }

    private static async Task<Gateway> StartAsync(string program, TemporaryFolder data)
    {
        var gateway = await Gateway.StartAsync(program, data.Path);
        await gateway.SignInAsync();
        return gateway;
    }

    private static string Setting(string name, string otherwise) => Environment.GetEnvironmentVariable("MCPGATEWAY_BENCH_" + name) ?? otherwise;
}

using McpGateway.Load.Measuring;

namespace McpGateway.Load.Scenarios;

/// <summary>What must not change the cost of a call: the generations of client and upstream, the number of tools, the number of tokens.</summary>
internal static class FlatScenario
{
    private const int Connections = 64;
    private const int Tokens = 10_000;
    private const int Rounds = 9;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(Surroundings bench)
    {
        using var data = new TemporaryFolder();
        await using var gateway = await Gateway.StartAsync(bench.Program, data.Path, ("MCPGATEWAY_Tokens__MaxPerUser", $"{Tokens + 10}"));
        await gateway.SignInAsync();
        var legacy = await gateway.ComposeAsync("legacy", await gateway.RegisterAsync("legacy", bench.StubAddress + "/legacy/5"));
        var modern = await gateway.ComposeAsync("modern", await gateway.RegisterAsync("modern", bench.StubAddress + "/modern/5"));
        var large = await gateway.ComposeAsync("large", await gateway.RegisterAsync("large", bench.StubAddress + "/modern/5000"));
        var tokens = new string[Tokens];
        await Parallel.ForAsync(0, Tokens, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) => tokens[number] = await gateway.AuthorizeAsync($"bench {number}"));
        var authorization = tokens[0];
        LoadTarget[] targets =
        [
            new("modern to modern", gateway.Process, modern, Messages.ModernCall, authorization + Messages.ModernHeaders),
            new("modern to legacy", gateway.Process, legacy, Messages.ModernCall, authorization + Messages.ModernHeaders),
            new("legacy to modern", gateway.Process, modern, Messages.LegacyCall, await Messages.OpenAsync(modern, authorization)),
            new("legacy to legacy", gateway.Process, legacy, Messages.LegacyCall, await Messages.OpenAsync(legacy, authorization)),
            new("modern to modern, 5,000 tools", gateway.Process, large, Messages.ModernCall, authorization + Messages.ModernHeaders),
            new("modern to modern, 10,000 tokens in turn", gateway.Process, modern, Messages.ModernCall, [.. tokens.Select(static token => token + Messages.ModernHeaders)]),
        ];
        await Bench.CompareAsync(targets, Connections, s_warmUp, s_duration, static (target, _, _) => new { measure = "flat", what = target.What }, Rounds);
    }
}

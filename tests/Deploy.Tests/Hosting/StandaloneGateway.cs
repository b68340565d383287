using System.Diagnostics;
using System.Text.RegularExpressions;

namespace McpGateway.Deploy.Tests.Hosting;

/// <summary>The standalone edition as a process of its own, on a free port and an empty folder.</summary>
internal sealed partial class StandaloneGateway : IAsyncDisposable
{
    public const string Password = "a password of this test";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly DirectoryInfo _data;

    private StandaloneGateway(Process process, DirectoryInfo data, string url)
    {
        _process = process;
        _data = data;
        Url = url;
    }

    public string Url { get; }

    /// <summary>Starts it; skips the test in the clustered edition, whose frontend alone is nothing.</summary>
    public static async Task<StandaloneGateway> StartAsync()
    {
        Assert.SkipUnless(AppContext.BaseDirectory.Contains("/artifacts/standalone/", StringComparison.Ordinal), "This test is one of the standalone edition.");
        var program = Path.Combine(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/'))!, "..", "McpGateway.Frontend", "debug", "McpGateway.Frontend.dll");
        var data = Directory.CreateTempSubdirectory("mcpgateway-deploy-");
        var start = new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0", "--data", data.FullName])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["MCPGATEWAY_ADMIN_PASSWORD"] = Password;
        var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(s_patience);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                // What it says later must not fill the pipe.
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new StandaloneGateway(process, data, match.Groups[1].Value);
            }
        }

        throw new InvalidOperationException($"{program} has ended before it listened.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _data.Delete(recursive: true);
    }

    [GeneratedRegex(@"listens on (http://\S+)")]
    private static partial Regex Listening();
}

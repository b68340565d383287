using System.Globalization;
using System.Text.RegularExpressions;
using McpGateway.Testing;
using McpGateway.Testing.Databases;

namespace McpGateway.EndToEnd.Tests.Hosting;

/// <summary>The built gateway as a process of its own, which can be killed and started again on the same data and port.</summary>
internal sealed partial class GatewayProcess : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mcpg-e2e-");
    private ChildProgram? _program;
    private (string, string)[] _environment = [];
    private HttpClient _http = new();

    public string DataFolder => _data.FullName;

    public string DatabaseFile => Path.Combine(DataFolder, "gateway.db");

    /// <summary>Its database.</summary>
    public TestStorage Storage { get; private set; } = null!;

    public string Address { get; private set; } = "http://127.0.0.1:0";

    public HttpClient Http => _http;

    public int Id => _program!.Id;

    public RestApi Admin { get; private set; } = null!;

    /// <param name="environment">Variables beside those that it needs.</param>
    public static async Task<GatewayProcess> StartAsync(params (string, string)[] environment)
    {
        var gateway = new GatewayProcess();
        try
        {
            gateway.Storage = await TestStorage.CreateAsync(gateway.DataFolder);
            gateway._environment = [.. gateway.Storage.EnvironmentVariables, .. environment];
            await gateway.StartAgainAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a gateway without waiting for anything.</summary>
    public static ChildProgram Launch(string address, string dataFolder, params (string, string)[] environment) => ChildProgram.Start(
        "dotnet",
        ["exec", Repository.Gateway, "--urls", address, "--data", dataFolder],
        [("MCPGATEWAY_ADMIN_EMAIL", GatewayHost.Email), ("MCPGATEWAY_ADMIN_PASSWORD", GatewayHost.Password), ("DOTNET_ENVIRONMENT", "Production"), .. environment]);

    public McpHttp Mcp(string? serverId, string? token) => new(_http, serverId is null ? "/mcp" : $"/servers/{serverId}/mcp", token);

    public string McpUrl(string serverId) => $"{Address}/servers/{serverId}/mcp";

    public async Task StartAgainAsync()
    {
        _program = Launch(Address, DataFolder, _environment);
        var line = await _program.WaitForLineAsync(static line => ListensOn().IsMatch(line));
        Address = ListensOn().Match(line).Groups["url"].Value;
        _http.Dispose();
        _http = new HttpClient { BaseAddress = new Uri(Address), Timeout = TimeSpan.FromSeconds(60) };
        using var patience = new CancellationTokenSource(Eventually.Patience);
        while (!(await _http.GetAsync("/ready", patience.Token)).IsSuccessStatusCode)
        {
            await Task.Delay(20, patience.Token);
        }

        Admin = await RestApi.SignInAsync(_http, GatewayHost.Email, GatewayHost.Password);
    }

    public Task KillAsync() => _program!.KillAsync();

    /// <summary>As <c>kill</c>, or Ctrl+C in its console. Its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        await using var kill = ChildProgram.Start("kill", ["-TERM", $"{Id}"]);
        (await kill.WaitForEndAsync()).ShouldBe(0);
        return await _program!.WaitForEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
        {
            await _program.DisposeAsync();
        }

        _http.Dispose();
        await (Storage?.DisposeAsync() ?? ValueTask.CompletedTask);
        _data.Delete(recursive: true);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address} in {DataFolder}: {_program?.Recent}");

    [GeneratedRegex(@"listens on (?<url>http\S+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ListensOn();
}

using McpGateway.Frontend.Configuration;
using McpGateway.Grains.Seam;
using McpGateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpGateway.EndToEnd.Tests.Hosting;

/// <summary>
/// The real gateway in this process, on loopback and a free port, with a data folder of its own that outlives restarts. What crosses a
/// grain boundary is copied, as between processes.
/// </summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    public const string Email = "admin@example.com";
    public const string Password = "correct horse battery staple";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mcpg-e2e-");
    private readonly Action<WebApplicationBuilder>? _configure;
    private readonly ITestOutputHelper? _output = TestContext.Current.TestOutputHelper;
    private WebApplication? _app;
    private RestApi? _admin;
    private HttpClient _http = new();

    private GatewayHost(Action<WebApplicationBuilder>? configure) => _configure = configure;

    public string DataFolder => _data.FullName;

    public string Address { get; private set; } = "http://127.0.0.1:0";

    /// <summary>Reaches the gateway; paths are relative to its address.</summary>
    public HttpClient Http => _http;

    public IServiceProvider Services => _app?.Services ?? throw new InvalidOperationException("The gateway does not run.");

    /// <summary>The REST API as the first administrator.</summary>
    public RestApi Admin => _admin ?? throw new InvalidOperationException("The gateway does not run.");

    public static async Task<GatewayHost> StartAsync(Action<WebApplicationBuilder>? configure = null)
    {
        var host = new GatewayHost(configure);
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Raw MCP to a virtual server; to the server of everything when none is named.</summary>
    public McpHttp Mcp(string? serverId, string? token) => new(_http, McpPath(serverId), token);

    public string McpUrl(string? serverId) => Address + McpPath(serverId);

    /// <summary>Stops and starts again on the same port and data.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _data.Delete(recursive: true);
    }

    private static string McpPath(string? serverId) => serverId is null ? "/mcp" : $"/servers/{serverId}/mcp";

    private async Task StartAsync()
    {
        _app = GatewayApplication.Build(Address, DataFolder, Configure);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Address = _app.Urls.Single();
        _http.Dispose();
        _http = new HttpClient { BaseAddress = new Uri(Address), Timeout = TimeSpan.FromSeconds(60) };
        await WaitUntilReadyAsync();
        _admin = await RestApi.SignInAsync(_http, Email, Password);
    }

    private void Configure(WebApplicationBuilder builder)
    {
        builder.Configuration["ADMIN_EMAIL"] = Email;
        builder.Configuration["ADMIN_PASSWORD"] = Password;
        builder.Logging.ClearProviders().AddProvider(new TestLog(_output));
        builder.Services.Configure<EmbeddedHostOptions>(static options => options.CopyArguments = true);
        _configure?.Invoke(builder);
    }

    private async Task WaitUntilReadyAsync()
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        while (true)
        {
            using var answer = await _http.GetAsync("/ready", patience.Token);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(20, patience.Token);
        }
    }
}

using McpGateway.Testing;
using McpGateway.Testing.Databases;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace McpGateway.EndToEnd.Tests.Hosting;

/// <summary>
/// The real gateway in this process, on loopback and a free port, with a data folder and a database of its own that outlive restarts. On demand it
/// has a second frontend, and requests go to the two in turn. In the clustered edition its grains are in two silos, also in this process.
/// </summary>
internal sealed partial class GatewayHost : IAsyncDisposable
{
    public const string Email = "admin@example.com";
    public const string Password = "correct horse battery staple";

    private readonly DirectoryInfo _data;
    private readonly TestStorage _storage;
    private readonly Action<WebApplicationBuilder>? _configure;
    private readonly int _count;
    private readonly List<WebApplication> _frontends = [];
    private readonly string[] _addresses;
    private readonly ITestOutputHelper? _output = TestContext.Current.TestOutputHelper;
    private RoundRobin? _balancer;
    private RestApi? _admin;
    private HttpClient _http = new();

    private GatewayHost(DirectoryInfo data, TestStorage storage, Action<WebApplicationBuilder>? configure, int count)
    {
        (_data, _storage) = (data, storage);
        _configure = configure;
        _count = count;
        _addresses = [.. Enumerable.Repeat("http://127.0.0.1:0", count)];
    }

    public string DataFolder => _data.FullName;

    /// <summary>Its database.</summary>
    public TestStorage Storage => _storage;

    /// <summary>Where clients reach it; with several frontends, what sends requests to each in turn.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The frontends one by one.</summary>
    public IReadOnlyList<string> FrontendAddresses => _addresses;

    /// <summary>Reaches the gateway; paths are relative to its address.</summary>
    public HttpClient Http => _http;

    public IServiceProvider Services => _frontends.FirstOrDefault()?.Services ?? throw new InvalidOperationException("The gateway does not run.");

    /// <summary>The REST API as the first administrator.</summary>
    public RestApi Admin => _admin ?? throw new InvalidOperationException("The gateway does not run.");

    /// <summary>What runs the grains: the first frontend, or the silos.</summary>
    public partial IEnumerable<IServiceProvider> GrainHosts { get; }

    /// <summary>Breaks that share of all streams of grains, from now on. Skips the test where the grains are Orleans', which cannot.</summary>
    public partial void BreakStreams(double share);

    /// <param name="frontends">How many there are.</param>
    public static async Task<GatewayHost> StartAsync(Action<WebApplicationBuilder>? configure = null, int frontends = 1)
    {
        var data = Directory.CreateTempSubdirectory("mcpg-e2e-");
        var host = new GatewayHost(data, await TestStorage.CreateAsync(data.FullName), configure, frontends);
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

    /// <summary>Raw MCP to one of the frontends.</summary>
    public McpHttp McpAt(int frontend, string? serverId, string? token) => new(_http, _addresses[frontend] + McpPath(serverId), token);

    public string McpUrl(string? serverId) => Address + McpPath(serverId);

    /// <summary>Stops and starts again on the same port and data.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public async Task StopAsync()
    {
        if (_balancer is { } balancer)
        {
            _balancer = null;
            await balancer.DisposeAsync();
        }

        // The first may have the grains that the others call.
        foreach (var frontend in Enumerable.Reverse(_frontends).ToArray())
        {
            _frontends.Remove(frontend);
            await EndAsync(frontend);
        }

        await StopGrainsAsync();
    }

    /// <summary>Stops one frontend, but the first, for good.</summary>
    public async Task StopFrontendAsync(int frontend)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frontend, 1);
        var app = _frontends[frontend];
        _frontends.Remove(app);
        await EndAsync(app);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        await _storage.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private static string McpPath(string? serverId) => serverId is null ? "/mcp" : $"/servers/{serverId}/mcp";

    private partial Task StartGrainsAsync();

    private partial WebApplication BuildFrontend(int index);

    private partial Task StopGrainsAsync();

    private partial void ConfigureEdition(WebApplicationBuilder builder);

    private static async Task EndAsync(WebApplication app)
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }

    private async Task StartAsync()
    {
        await StartGrainsAsync();
        for (var i = 0; i < _count; i++)
        {
            var frontend = BuildFrontend(i);
            _frontends.Add(frontend);
            await frontend.StartAsync(TestContext.Current.CancellationToken);
            _addresses[i] = frontend.Urls.Single();
        }

        if (_count > 1)
        {
            _balancer = await RoundRobin.StartAsync(Address.Length == 0 ? 0 : new Uri(Address).Port, _addresses);
        }

        Address = _balancer?.Address ?? _addresses[0];
        _http.Dispose();
        _http = new HttpClient { BaseAddress = new Uri(Address), Timeout = TimeSpan.FromSeconds(60) };
        foreach (var address in _addresses)
        {
            await WaitUntilReadyAsync(address);
        }

        _admin = await RestApi.SignInAsync(_http, Email, Password);
    }

    private void Configure(WebApplicationBuilder builder)
    {
        foreach (var (key, value) in _storage.Settings)
        {
            builder.Configuration[key] = value;
        }

        builder.Configuration["ADMIN_EMAIL"] = Email;
        builder.Configuration["ADMIN_PASSWORD"] = Password;
        builder.Logging.ClearProviders().AddProvider(new TestLog(_output));
        ConfigureEdition(builder);
        _configure?.Invoke(builder);
    }

    private async Task WaitUntilReadyAsync(string address)
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        while (true)
        {
            using var answer = await _http.GetAsync(address + "/ready", patience.Token);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(20, patience.Token);
        }
    }
}

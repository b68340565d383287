using McpGateway.Abstractions.Seam;
using McpGateway.Dashboard.Configuration;
using McpGateway.Gateway.Sealing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace McpGateway.Dashboard.Tests.Hosting;

/// <summary>The dashboard in a small host of its own, on a free port of loopback.</summary>
internal sealed class DashboardHost : IAsyncDisposable
{
    /// <summary>One master for all hosts: a restart keeps its keys.</summary>
    private static readonly byte[] s_master = [.. Enumerable.Range(1, KeyRing.MasterLength).Select(i => (byte)i)];

    private readonly WebApplication _app;

    private DashboardHost(WebApplication app, Uri address) => (_app, Address) = (app, address);

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<DashboardHost> StartAsync(
        GatewayWorld world, string environment = "Production", int port = 0, string? contentRoot = null, Action<DashboardOptions>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            EnvironmentName = environment,
            ApplicationName = "McpGateway.Dashboard.Tests",
            ContentRootPath = contentRoot ?? AppContext.BaseDirectory,
        });
        builder.Logging.ClearProviders().AddProvider(new TestLog());
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddSingleton<IGrains>(new WorldGrains(world));
        builder.Services.AddSingleton(new KeyRing(s_master));
        builder.Services.AddDashboard(options =>
        {
            options.RecheckEvery = TimeSpan.FromSeconds(1);
            options.RefreshEvery = TimeSpan.FromSeconds(1);
            configure?.Invoke(options);
        });
        builder.Services.AddKeyRingDataProtection();
        var app = builder.Build();
        app.MapDashboard();
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new DashboardHost(app, new Uri(address));
    }

    public async ValueTask DisposeAsync()
    {
        // Open circuits would hold a polite stop up for its whole patience.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }

    private sealed class TestLog : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                TestContext.Current.SendDiagnosticMessage("{0}: {1} {2}", logLevel, formatter(state, exception), exception);
            }
        }
    }
}

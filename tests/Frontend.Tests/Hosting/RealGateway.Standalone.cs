using System.Net.Http.Headers;
using System.Text;
using McpGateway.Frontend.Configuration;
using McpGateway.Grains.Seam;
using McpGateway.Testing;
using McpGateway.Testing.Databases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpGateway.Frontend.Tests.Hosting;

/// <summary>The whole standalone gateway: its grains, its database, its sockets.</summary>
internal sealed class RealGateway : IAsyncDisposable
{
    public const string Email = "admin@example.com";
    public const string Password = "a long enough password";

    private readonly WebApplication _app;
    private readonly DirectoryInfo _data;
    private readonly TestStorage _storage;

    private RealGateway(WebApplication app, DirectoryInfo data, TestStorage storage)
    {
        (_app, _data, _storage) = (app, data, storage);
        var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        // An open stream that a test leaves shall be gone at once.
        Client = new HttpClient(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero }) { BaseAddress = new Uri(address) };
    }

    public HttpClient Client { get; }

    /// <summary>The administrator's sign-in.</summary>
    public string Token { get; private set; } = "";

    /// <summary>Starts one. What crosses a grain boundary is copied, as between processes.</summary>
    public static async Task<RealGateway> StartAsync(Action<WebApplicationBuilder>? configure = null)
    {
        var data = Directory.CreateTempSubdirectory("mcpgateway-admin-");
        var storage = await TestStorage.CreateAsync(data.FullName);
        var app = GatewayApplication.Build("http://127.0.0.1:0", data.FullName, builder =>
        {
            foreach (var (key, value) in storage.Settings)
            {
                builder.Configuration[key] = value;
            }

            builder.Configuration["ADMIN_EMAIL"] = Email;
            builder.Configuration["ADMIN_PASSWORD"] = Password;
            builder.Logging.ClearProviders();
            builder.Services.Configure<EmbeddedHostOptions>(static options => options.CopyArguments = true);
            configure?.Invoke(builder);
        });
        await app.StartAsync();
        var gateway = new RealGateway(app, data, storage);
        var answer = await gateway.SendAsync("POST", "/auth/login", $$"""{"email":"{{Email}}","password":"{{Password}}"}""", token: "");
        gateway.Token = answer["access_token"]!;
        return gateway;
    }

    /// <summary>Sends a request as the administrator, or with this token; an empty one sends none.</summary>
    public async Task<ApiAnswer> SendAsync(string method, string path, string? body = null, string? token = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (token != "")
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? Token);
        }

        using var response = await Client.SendAsync(request).Soon();
        return await ApiAnswer.ReadAsync(response);
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>Begins to shut down, as on a signal: streams end, then the server.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await _storage.DisposeAsync();
        _data.Delete(recursive: true);
    }
}

using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using McpGateway.Abstractions.Seam;
using McpGateway.Frontend.Admin;
using McpGateway.Frontend.Feed;
using McpGateway.Gateway.Hosting;
using McpGateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace McpGateway.Frontend.Tests.Hosting;

/// <summary>The REST API on a real socket, over grains written by hand and a clock that a test moves.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ApiHost(WebApplication app, TestGrains grains, FakeTimeProvider clock)
    {
        (_app, Grains, Clock) = (app, grains, clock);
        var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address) };
        Token = grains.Access.AddToken();
    }

    public TestGrains Grains { get; }

    public FakeTimeProvider Clock { get; }

    public HttpClient Client { get; }

    /// <summary>An administrator's.</summary>
    public string Token { get; }

    public IServiceProvider Services => _app.Services;

    public FeedStatus Feed => Services.GetRequiredService<FeedStatus>();

    public static async Task<ApiHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var grains = new TestGrains();
        var clock = new FakeTimeProvider();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IGrains>(grains);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton(grains.Access.Keys);
        builder.Services.AddAdminApi();
        var app = builder.Build();
        app.UseRequestIds().UseProblemAnswers().UseHostOriginGuard();
        app.MapAdminApi();
        app.MapGet("/bug", string () => throw new InvalidOperationException("the secret inside"));
        app.MapPost("/mcp", () => "spoken");
        await app.StartAsync();
        var host = new ApiHost(app, grains, clock);
        await Eventually.TrueAsync(() => host.Feed.IsLive, "the feed is heard");
        return host;
    }

    /// <summary>Sends a request as the administrator, or with this token; an empty one sends none.</summary>
    public async Task<ApiAnswer> SendAsync(
        string method, string path, string? body = null, string? token = null, string contentType = "application/json", params (string, string)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        if (token != "")
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token ?? Token}");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(request).Soon();
        return await ApiAnswer.ReadAsync(response);
    }

    public Task<ApiAnswer> GetAsync(string path, string? token = null) => SendAsync("GET", path, token: token);

    public Task<ApiAnswer> PostAsync(string path, string body) => SendAsync("POST", path, body);

    /// <summary>Lets time pass without losing the feed, then waits until the feed was heard again.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(1))
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await BeatAsync();
        }
    }

    /// <summary>One word of the feed, heard.</summary>
    public async Task BeatAsync()
    {
        var now = Math.Max(Clock.GetTimestamp(), 1);
        Grains.Feed.Heartbeat();
        await Eventually.TrueAsync(() => Feed.HeardAt >= now, "the heartbeat is heard");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}

internal sealed record ApiAnswer(int Status, string? ContentType, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Text);
            return document.RootElement.Clone();
        }
    }

    public static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        response.Content.Headers.ContentType?.MediaType,
        await response.Content.ReadAsStringAsync().Soon(),
        response.Headers.ToDictionary(header => header.Key, header => string.Join(" | ", header.Value), StringComparer.OrdinalIgnoreCase));

    public string? this[string property] => Json.GetProperty(property).ToString();

    /// <summary>The first message about a field.</summary>
    public string Error(string field) => Json.GetProperty("errors").GetProperty(field)[0].GetString()!;

    public string Detail => Json.GetProperty("detail").GetString()!;
}

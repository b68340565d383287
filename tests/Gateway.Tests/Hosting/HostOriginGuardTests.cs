using System.Text.Json;
using McpGateway.Gateway.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Tests.Hosting;

public sealed class HostOriginGuardTests
{
    private const string Loopback = "http://127.0.0.1:4444";
    private const string Everywhere = "http://0.0.0.0:8080";

    [Theory]
    [InlineData(Loopback, "localhost:4444", 200)]
    [InlineData(Loopback, "127.0.0.1:1", 200)]
    [InlineData(Loopback, "[::1]:9", 200)]
    [InlineData(Loopback, "LOCALHOST", 200)]
    [InlineData(Loopback, "evil.example", 403)]
    [InlineData(Loopback, "localhost.evil.example", 403)]
    [InlineData(Loopback, "127.0.0.1.evil.example:4444", 403)]
    [InlineData(Loopback, "", 403)]
    [InlineData("http://localhost:1", "evil.example", 403)]
    [InlineData("http://[::1]:1", "evil.example", 403)]
    [InlineData(Everywhere, "mcp.example.com", 200)]
    [InlineData("http://[::]:8080", "mcp.example.com", 200)]
    [InlineData("http://+:8080", "mcp.example.com", 200)]
    public async Task Host_WithoutConfiguration_GoesByListener(string listener, string host, int expected)
    {
        var (status, _) = await SendAsync(listener, new NetworkOptions(), "GET", "/tools", host);

        status.ShouldBe(expected);
    }

    [Theory]
    [InlineData(Loopback, "mcp.example.com", 200)]
    [InlineData(Loopback, "localhost", 200)]
    [InlineData(Everywhere, "MCP.example.com:443", 200)]
    [InlineData(Everywhere, "a.tools.example.com", 200)]
    [InlineData(Everywhere, "tools.example.com", 403)]
    [InlineData(Everywhere, "eviltools.example.com", 403)]
    [InlineData(Everywhere, "localhost", 403)]
    public async Task Host_AllowedHostsGiven_GoesByThem(string listener, string host, int expected)
    {
        var options = new NetworkOptions { AllowedHosts = { "mcp.example.com", "*.tools.example.com" } };

        (await SendAsync(listener, options, "GET", "/tools", host)).Status.ShouldBe(expected);
    }

    [Theory]
    [InlineData(Loopback, "127.0.0.1:4444", "http://localhost:6274", 200)]
    [InlineData(Loopback, "127.0.0.1:4444", "http://[::1]:6274", 200)]
    [InlineData(Loopback, "127.0.0.1:4444", "https://evil.example", 403)]
    [InlineData(Loopback, "127.0.0.1:4444", "null", 403)]
    [InlineData(Loopback, "127.0.0.1:4444", "http://localhost.evil.example", 403)]
    [InlineData(Everywhere, "mcp.example.com", "https://mcp.example.com", 200)]
    [InlineData(Everywhere, "mcp.example.com:8443", "https://mcp.example.com:8443", 200)]
    [InlineData(Everywhere, "mcp.example.com", "https://app.example.com", 200)]
    [InlineData(Everywhere, "mcp.example.com", "https://evil.example", 403)]
    [InlineData(Everywhere, "mcp.example.com", "http://localhost:6274", 403)]
    public async Task Origin_OwnOrAllowed_MayCall(string listener, string host, string origin, int expected)
    {
        var options = new NetworkOptions { AllowedOrigins = { "https://app.example.com" } };

        foreach (var method in new[] { "GET", "POST", "DELETE", "OPTIONS" })
        {
            (await SendAsync(listener, options, method, "/tools", host, ("Origin", origin))).Status.ShouldBe(expected, method);
        }
    }

    [Fact]
    public async Task Refusal_OnMcpPath_IsJsonRpcWithoutId()
    {
        var (_, body) = await SendAsync(Loopback, new NetworkOptions(), "POST", "/servers/x/mcp", "evil.example");

        using var json = JsonDocument.Parse(body);
        json.RootElement.GetProperty("jsonrpc").GetString().ShouldBe("2.0");
        json.RootElement.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32600);
        json.RootElement.TryGetProperty("id", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Refusal_OnRestPath_IsAProblem()
    {
        var (_, body) = await SendAsync(Loopback, new NetworkOptions(), "GET", "/tools", "evil.example");

        using var json = JsonDocument.Parse(body);
        json.RootElement.GetProperty("status").GetInt32().ShouldBe(403);
        json.RootElement.GetProperty("detail").GetString()!.ShouldContain("evil.example");
    }

    [Fact]
    public async Task Preflight_OfAllowedOrigin_NamesWhatItMaySend()
    {
        var options = new NetworkOptions { AllowedOrigins = { "https://app.example.com" } };
        var context = Create("OPTIONS", "/mcp", "mcp.example.com");
        context.Request.Headers.Origin = "https://app.example.com";
        context.Request.Headers.AccessControlRequestMethod = "POST";
        context.Request.Headers.AccessControlRequestHeaders = "authorization, mcp-param-city, x-strange, mcp-session-id";

        var passed = await RunAsync(Everywhere, options, context);

        passed.ShouldBeFalse("the preflight is answered here");
        context.Response.StatusCode.ShouldBe(204);
        context.Response.Headers.AccessControlAllowOrigin.ToString().ShouldBe("https://app.example.com");
        context.Response.Headers.AccessControlAllowHeaders.ToString().ShouldBe("authorization, mcp-param-city, mcp-session-id");
        context.Response.Headers.AccessControlAllowMethods.ToString().ShouldContain("DELETE");
        context.Response.Headers.Vary.ToString().ShouldContain("Origin");
    }

    [Fact]
    public async Task Request_OfAllowedOrigin_ExposesProtocolHeaders()
    {
        var options = new NetworkOptions { AllowedOrigins = { "https://app.example.com" } };
        var context = Create("POST", "/mcp", "mcp.example.com");
        context.Request.Headers.Origin = "https://app.example.com";

        (await RunAsync(Everywhere, options, context)).ShouldBeTrue();

        context.Response.Headers.AccessControlExposeHeaders.ToString().ShouldContain("Mcp-Session-Id");
        context.Response.Headers.AccessControlAllowCredentials.Count.ShouldBe(0);
    }

    [Fact]
    public void Options_EveryMistake_IsNamedByItsKey()
    {
        var options = new NetworkOptions
        {
            TrustedProxies = { "10.0.0.1/8" },
            AllowedHosts = { "https://mcp.example.com" },
            AllowedOrigins = { "app.example.com", "https://app.example.com/" },
        };

        var failures = new NetworkOptionsValidator().Validate(null, options).Failures!.ToArray();

        failures.Length.ShouldBe(4);
        failures[0].ShouldStartWith("Network:TrustedProxies");
        failures[1].ShouldStartWith("Network:AllowedHosts");
        failures[2].ShouldStartWith("Network:AllowedOrigins");
        failures[3].ShouldStartWith("Network:AllowedOrigins");
    }

    private static DefaultHttpContext Create(string method, string path, string host)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = path;
        context.Request.Host = new HostString(host);
        context.Response.Body = new MemoryStream();
        return context;
    }

    private static async Task<(int Status, string Body)> SendAsync(
        string listener, NetworkOptions options, string method, string path, string host, params (string Name, string Value)[] headers)
    {
        var context = Create(method, path, host);
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        await RunAsync(listener, options, context);
        context.Response.Body.Position = 0;
        return (context.Response.StatusCode, await new StreamReader(context.Response.Body).ReadToEndAsync());
    }

    /// <summary>True when the request got past the guard.</summary>
    private static async Task<bool> RunAsync(string listener, NetworkOptions options, HttpContext context)
    {
        var passed = false;
        var guard = new HostOriginGuard(
            _ =>
            {
                passed = true;
                return Task.CompletedTask;
            },
            new Listeners(new AddressOnlyServer(listener)),
            Options.Create(options));
        await guard.InvokeAsync(context);
        return passed;
    }

    /// <summary>A server of which only its address is known; opening it to the network is not for tests.</summary>
    private sealed class AddressOnlyServer : IServer
    {
        public AddressOnlyServer(string address)
        {
            var addresses = new ServerAddressesFeature();
            addresses.Addresses.Add(address);
            Features.Set<IServerAddressesFeature>(addresses);
        }

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
            // Nothing is open.
        }
    }
}

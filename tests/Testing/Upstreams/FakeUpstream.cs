using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace McpGateway.Testing.Upstreams;

/// <summary>
/// A scripted MCP server in this process, on loopback and a free port: Streamable HTTP of both eras under <see cref="Url"/>, HTTP+SSE
/// under <see cref="SseUrl"/>. Everything may be changed while it runs.
/// </summary>
public sealed partial class FakeUpstream : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (FakeFault Fault, int Times)> _faults = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private WebApplication? _app;
    private string _address = "";

    private FakeUpstream()
    {
    }

    /// <summary>Streamable HTTP.</summary>
    public string Url => _address + "/mcp";

    /// <summary>HTTP+SSE of 2024-11-05.</summary>
    public string SseUrl => _address + "/sse";

    public int Port => new Uri(_address).Port;

    public FakeEra Era { get; set; } = FakeEra.Legacy;

    /// <summary>The newest revision it accepts at initialize.</summary>
    public string NewestLegacy { get; set; } = "2025-11-25";

    /// <summary>Whether legacy requests must name <see cref="NewestLegacy"/> where that revision has the header.</summary>
    public bool InsistsOnVersion { get; set; }

    /// <summary>Whether initialize gives a session id and other legacy requests need it.</summary>
    public bool Sessions { get; set; } = true;

    /// <summary>Whether POSTs are answered with event streams even where nothing comes before the response.</summary>
    public bool AnswerWithSse { get; set; }

    /// <summary>Whether GET opens a stream; otherwise it is 405.</summary>
    public bool OffersGetStream { get; set; } = true;

    /// <summary>Whether the answer to a GET begins with its first event, headers included, as that of official servers does.</summary>
    public bool HoldsHeadersBack { get; set; }

    public bool OffersListChanged { get; set; } = true;

    /// <summary>Whether capabilities name prompts, resources and completions though it has none.</summary>
    public bool OffersEverything { get; set; } = true;

    /// <summary>Items a page; 0 for all on one.</summary>
    public int PageSize { get; set; }

    public string Name { get; set; } = "fake";

    public string Version { get; set; } = "1.0.0";

    /// <summary>What it shows clients; null where it listens without TLS.</summary>
    public X509Certificate2? Certificate { get; set; }

    public string? Instructions { get; set; }

    /// <summary>Requests without this header and value are answered 401.</summary>
    public (string Name, string Value)? RequiredHeader { get; set; }

    /// <summary>Methods it does not know, whatever its capabilities say.</summary>
    public ConcurrentBag<string> UnknownMethods { get; } = [];

    /// <summary>Further methods that it knows, and what they answer.</summary>
    public ConcurrentDictionary<string, Func<FakeCall, Task<string>>> Methods { get; } = new(StringComparer.Ordinal);

    /// <summary>Further members of its capabilities, raw; empty for none.</summary>
    public string MoreCapabilities { get; set; } = "";

    public int HugeBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>What HTTP+SSE names as the address for POSTs; <c>{0}</c> stands for the session id.</summary>
    public string SseEndpoint { get; set; } = "/messages?sessionId={0}";

    public ConcurrentDictionary<string, FakeItem> Tools { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, FakeItem> Prompts { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, FakeItem> Resources { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, FakeItem> Templates { get; } = new(StringComparer.Ordinal);

    /// <summary>Everything it received, in order.</summary>
    public ConcurrentQueue<FakeRequest> Received { get; } = new();

    public static async Task<FakeUpstream> StartAsync(Action<FakeUpstream>? configure = null)
    {
        var upstream = new FakeUpstream();
        upstream.AddTool("echo");
        configure?.Invoke(upstream);
        await upstream.StartOnAsync(0);
        return upstream;
    }

    /// <summary>Listens again after <see cref="StopAsync"/>, on the same port.</summary>
    public Task RestartAsync() => StartOnAsync(Port);

    /// <summary>Goes away: running requests are cut and the port is closed. Sessions are forgotten.</summary>
    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            CloseStreams();
            ForgetSessions();
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await StopAsync();
        _stopping.Dispose();
    }

    public void AddTool(string name, Func<FakeCall, Task<string>>? run = null, string? definition = null) =>
        Tools[name] = new FakeItem(
            name,
            definition ?? $$$"""{"name":{{{Quote(name)}}},"description":{{{Quote("Does " + name)}}},"inputSchema":{"type":"object"},"x-vendor":{"kept":true}}""",
            run ?? (call => Task.FromResult(FakeCall.Text(call.Arguments))));

    public void AddPrompt(string name, Func<FakeCall, Task<string>>? run = null, string? definition = null) =>
        Prompts[name] = new FakeItem(
            name,
            definition ?? $$"""{"name":{{Quote(name)}},"description":{{Quote("Prompt " + name)}}}""",
            run ?? (_ => Task.FromResult(
                $$$"""{"messages":[{"role":"user","content":{"type":"text","text":{{{Quote(name)}}}}}]}""")));

    public void AddResource(string uri, string text = "content", string? definition = null) =>
        Resources[uri] = new FakeItem(
            uri,
            definition ?? $$"""{"uri":{{Quote(uri)}},"name":{{Quote(uri)}},"mimeType":"text/plain"}""",
            _ => Task.FromResult($$"""{"contents":[{"uri":{{Quote(uri)}},"mimeType":"text/plain","text":{{Quote(text)}}}]}"""));

    public void AddTemplate(string template, string? definition = null) =>
        Templates[template] = new FakeItem(
            template,
            definition ?? $$"""{"uriTemplate":{{Quote(template)}},"name":{{Quote(template)}}}""",
            _ => Task.FromResult("{}"));

    /// <summary>Answers <paramref name="method"/> (or <c>GET</c>, <c>*</c> for all) with a fault, so many times.</summary>
    public void Fail(string method, FakeFault fault, int times = int.MaxValue) => _faults[method] = (fault, times);

    /// <summary>Behaves again.</summary>
    public void Behave() => _faults.Clear();

    /// <summary>What was received of one method, in order.</summary>
    public IReadOnlyList<FakeRequest> ReceivedOf(string method) =>
        [.. Received.Where(request => string.Equals(request.Method, method, StringComparison.Ordinal))];

    /// <summary>Waits until so many messages of a method were received.</summary>
    public async Task<IReadOnlyList<FakeRequest>> WaitForAsync(string method, int count = 1, double seconds = 10)
    {
        var until = Environment.TickCount64 + (long)(seconds * 1000);
        while (ReceivedOf(method).Count < count)
        {
            if (Environment.TickCount64 > until)
            {
                throw new TimeoutException($"{count} × {method} expected within {seconds} s, received {ReceivedOf(method).Count}.");
            }

            await Task.Delay(10);
        }

        return ReceivedOf(method);
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text);

    private async Task StartOnAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, port, listener =>
        {
            if (Certificate is not null)
            {
                // Offline: else the server itself goes where the certificate says that its issuer's is.
                var options = new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(Certificate, null, offline: true) };
                listener.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(options) });
            }
        }));
        var app = builder.Build();
        Map(app);
        await app.StartAsync();
        _address = app.Urls.First();
        _app = app;
    }

    private FakeFault TakeFault(string method)
    {
        foreach (var key in (ReadOnlySpan<string>)[method, "*"])
        {
            while (_faults.TryGetValue(key, out var entry) && entry.Times > 0)
            {
                if (_faults.TryUpdate(key, (entry.Fault, entry.Times - 1), entry))
                {
                    return entry.Fault;
                }
            }
        }

        return FakeFault.None;
    }
}

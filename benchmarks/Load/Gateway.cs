using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace McpGateway.Load;

/// <summary>The gateway under measurement, as a process with a data folder of its own.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private const string Email = "bench@example.com";
    private const string Password = "a password for benchmarks";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;

    private Gateway(MeasuredProcess process, string address, TimeSpan startTime)
    {
        (Process, StartTime) = (process, startTime);
        _http = new HttpClient { BaseAddress = new Uri(address) };
    }

    public MeasuredProcess Process { get; }

    /// <summary>From the start of the process to the first 200 of <c>/ready</c>.</summary>
    public TimeSpan StartTime { get; }

    public static async Task<Gateway> StartAsync(string program, string data)
    {
        var port = FreePort();
        var address = $"http://127.0.0.1:{port}";
        var clock = Stopwatch.StartNew();
        var process = MeasuredProcess.Start(
            program, ["--urls", address, "--data", data], ("MCPGATEWAY_ADMIN_EMAIL", Email), ("MCPGATEWAY_ADMIN_PASSWORD", Password), ("DOTNET_ENVIRONMENT", "Production"));
        _ = process.Output.ReadToEndAsync();
        using var probe = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await probe.GetAsync(address + "/ready");
                if (answer.IsSuccessStatusCode)
                {
                    return new Gateway(process, address, clock.Elapsed);
                }
            }
            catch (HttpRequestException) when (clock.Elapsed < s_patience)
            {
                // Not listening yet.
            }

            await Task.Delay(5);
        }
    }

    public async Task SignInAsync()
    {
        var answer = await PostAsync("/auth/login", new { email = Email, password = Password });
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", answer.GetProperty("access_token").GetString());
    }

    public async Task<string> RegisterAsync(string name, string url, bool wait = true)
    {
        var answer = await PostAsync(wait ? "/gateways" : "/gateways?wait=0", new { name, url });
        return !wait || answer.GetProperty("state").GetString() == "online"
            ? answer.GetProperty("id").GetString()!
            : throw new InvalidOperationException($"{name} is not online: {answer}");
    }

    /// <summary>Makes a virtual server of everything that these offer. Its MCP address.</summary>
    public async Task<Uri> ComposeAsync(string name, params string[] gateways)
    {
        var answer = await PostAsync("/servers", new { name, visibility = "public", associated_gateways = gateways });
        return new Uri(_http.BaseAddress!, $"/servers/{answer.GetProperty("id").GetString()}/mcp");
    }

    public async Task<string> CreateTokenAsync() => (await PostAsync("/tokens", new { name = "bench" })).GetProperty("access_token").GetString()!;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
    }

    public static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonElement.Parse(text) : throw new InvalidOperationException($"POST {path}: {(int)answer.StatusCode} {text}");
    }
}

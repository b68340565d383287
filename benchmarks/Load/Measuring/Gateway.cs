using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace McpGateway.Load.Measuring;

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

    public static async Task<Gateway> StartAsync(string program, string data, params (string Name, string Value)[] settings)
    {
        var port = FreePort();
        var address = $"http://127.0.0.1:{port}";
        var clock = Stopwatch.StartNew();
        var process = MeasuredProcess.Start(
            "dotnet", ["exec", program, "--urls", address, "--data", data], inlineSockets: false, [("MCPGATEWAY_ADMIN_EMAIL", Email), ("MCPGATEWAY_ADMIN_PASSWORD", Password), ("DOTNET_ENVIRONMENT", "Production"), .. settings]);
        _ = process.Output.ReadToEndAsync();
        await UntilAsync(async () =>
        {
            using var probe = new HttpClient();
            using var answer = await probe.GetAsync(address + "/ready");
            return answer.IsSuccessStatusCode;
        });
        return new Gateway(process, address, clock.Elapsed);
    }

    /// <summary>Waits until something accepts connections there.</summary>
    public static Task UntilListeningAsync(Uri address) => UntilAsync(async () =>
    {
        using var socket = await LoadRun.ConnectAsync(address);
        return true;
    });

    private static async Task UntilAsync(Func<Task<bool>> reached)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await reached())
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException && clock.Elapsed < s_patience)
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

    /// <param name="maxConcurrency">How many calls may run at once; 0 for the default.</param>
    public async Task<string> RegisterAsync(string name, string url, bool wait = true, int maxConcurrency = 0)
    {
        var answer = await PostAsync(wait ? "/gateways" : "/gateways?wait=0", new { name, url, max_concurrency = maxConcurrency });
        return !wait || answer.GetProperty("state").GetString() == "online"
            ? answer.GetProperty("id").GetString()!
            : throw new InvalidOperationException($"{name} is not online: {answer}");
    }

    /// <summary>Registers the stub as a stdio server.</summary>
    public async Task<string> RegisterStdioAsync(string name, string command, string[] arguments)
    {
        var answer = await PostAsync("/gateways", new { name, transport = "STDIO", command, args = arguments });
        return answer.GetProperty("id").GetString()!;
    }

    /// <summary>Makes a virtual server of everything that these offer. Its MCP address.</summary>
    public Task<Uri> ComposeAsync(string name, params string[] gateways) => ComposeAsync(name, anonymous: false, gateways);

    /// <param name="anonymous">Whether calls need no token.</param>
    public async Task<Uri> ComposeAsync(string name, bool anonymous, params string[] gateways)
    {
        var answer = await PostAsync("/servers", new { name, visibility = "public", anonymous, associated_gateways = gateways });
        return new Uri(_http.BaseAddress!, $"/servers/{answer.GetProperty("id").GetString()}/mcp");
    }

    /// <summary>Makes an API token. The header line that presents it.</summary>
    public async Task<string> AuthorizeAsync(string name = "bench") =>
        $"Authorization: Bearer {(await PostAsync("/tokens", new { name })).GetProperty("access_token").GetString()}\r\n";

    /// <summary>The sum of a metric's series in <c>/metrics/prometheus</c>.</summary>
    public async Task<double> ReadMetricAsync(string name)
    {
        var lines = (await _http.GetStringAsync(new Uri("/metrics/prometheus", UriKind.Relative))).Split('\n');
        var values = lines.Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is ' ' or '{')
            .Select(static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)).ToArray();
        return values.Length > 0 ? values.Sum() : throw new InvalidOperationException($"The gateway has no metric {name}.");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
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

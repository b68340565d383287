using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace McpGateway.Testing;

/// <summary>
/// A load balancer without affinity: each request goes to the next of its addresses that says at <c>/ready</c> that it serves and at which
/// somebody listens, byte by byte as it came and as it streams.
/// </summary>
public sealed class RoundRobin : IAsyncDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
    });

    private static readonly TimeSpan s_checkPeriod = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_checkLimit = TimeSpan.FromSeconds(3);

    private readonly IReadOnlyList<string> _addresses;
    private readonly CancellationTokenSource _ending = new();
    private IReadOnlyList<string> _ready;
    private Task _checking = Task.CompletedTask;
    private WebApplication? _app;
    private int _turn = -1;

    private RoundRobin(IReadOnlyList<string> addresses) => _addresses = _ready = addresses;

    public string Address { get; private set; } = "";

    /// <param name="port">Where to listen on loopback; 0 for a free one.</param>
    /// <param name="addresses">Scheme, host and port of each target.</param>
    public static async Task<RoundRobin> StartAsync(int port, params string[] addresses)
    {
        var balancer = new RoundRobin(addresses);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        balancer._app = builder.Build();
        balancer._app.Run(balancer.ForwardAsync);
        await balancer._app.StartAsync();
        balancer.Address = balancer._app.Urls.Single();
        balancer._checking = balancer.CheckAsync();
        return balancer;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            // Streams that are open now would be waited for.
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await _app.StopAsync(now.Token);
            await _app.DisposeAsync();
        }

        await _ending.CancelAsync();
        await _checking;
        _ending.Dispose();
        _http.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var turn = (uint)Interlocked.Increment(ref _turn);
        var addresses = Volatile.Read(ref _ready);
        for (var left = addresses.Count; left > 0; left--)
        {
            var address = addresses[(int)(turn++ % (uint)addresses.Count)];
            using var request = Copy(context.Request, address + context.Features.Get<IHttpRequestFeature>()!.RawTarget);
            try
            {
                using var response = await _http.SendAsync(request, context.RequestAborted);
                await CopyAsync(response, context);
                return;
            }
            catch (HttpRequestException exception) when (exception.HttpRequestError is HttpRequestError.ConnectionError && left > 1)
            {
                // Nobody listens there and nothing was sent: another may take it.
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                // The target cut the answer, or the client is gone: what began cannot be ended properly.
                context.Abort();
                return;
            }
        }
    }

    // Where none is ready all are tried: what they answer says more than anything from here would.
    private async Task CheckAsync()
    {
        using var timer = new PeriodicTimer(s_checkPeriod);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                var ready = await Task.WhenAll(_addresses.Select(IsReadyAsync));
                IReadOnlyList<string> left = [.. _addresses.Where((_, index) => ready[index])];
                Volatile.Write(ref _ready, left.Count > 0 ? left : _addresses);
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // It ends.
        }
    }

    private async Task<bool> IsReadyAsync(string address)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        limit.CancelAfter(s_checkLimit);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address + "/ready");
            using var answer = await _http.SendAsync(request, limit.Token);
            return answer.StatusCode is HttpStatusCode.OK;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!_ending.IsCancellationRequested)
        {
            return false;
        }
    }

    private static HttpRequestMessage Copy(HttpRequest from, string target)
    {
        var request = new HttpRequestMessage(new HttpMethod(from.Method), target);
        if (from.ContentLength > 0 || from.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(from.Body);
        }

        foreach (var (name, values) in from.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        return request;
    }

    private static async Task CopyAsync(HttpResponseMessage from, HttpContext context)
    {
        var to = context.Response;
        to.StatusCode = (int)from.StatusCode;
        foreach (var (name, values) in from.Headers.NonValidated.Concat(from.Content.Headers.NonValidated))
        {
            if (!name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                to.Headers[name] = values.ToArray();
            }
        }

        await to.StartAsync(context.RequestAborted);
        await using var body = await from.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, context.RequestAborted) is > 0 and var count)
        {
            await to.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
            await to.Body.FlushAsync(context.RequestAborted);
        }
    }
}

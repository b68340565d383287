using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Hosting;

/// <summary>
/// How a node leaves that is told to stop (SIGTERM, Ctrl+C). For <see cref="HttpOptions.StopDelay"/> it serves on, while <c>/ready</c> sends load
/// balancers elsewhere and each answer its connection (RFC 9112 §9.6); then streams end, and the server stops. A server that stops at once
/// resets what is on its way to it or waits to be accepted, and a client cannot know whether such a call has run.
/// </summary>
public sealed class Departure(IHostApplicationLifetime lifetime, IOptions<HostOptions> host, IOptions<HttpOptions> options, TimeProvider time)
    : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _gone = new();

    /// <summary>It was told to stop: what it gets now it serves, and nothing new shall come.</summary>
    public bool IsLeaving => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>The delay is over: what would last for ever ends now.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>
    /// Has the host wait so long for its services to stop, after the delay. To be called once the settings are checked: the host reads its own
    /// options before that, and what they depended on would fail it with the first mistake instead of all of them.
    /// </summary>
    public void AllowForStop(TimeSpan work) => host.Value.ShutdownTimeout = options.Value.StopDelay + work;

    // A host that was told to stop has said so before; one that is stopped by the program that runs it, as tests do, says so later.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (IsLeaving)
        {
            await Task.Delay(options.Value.StopDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _gone.CancelAsync();
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _gone.Dispose();
}

/// <summary>Composition of <see cref="Departure"/>.</summary>
public static class DepartureMiddleware
{
    /// <summary>Answers of a node that leaves end their connection. Before whatever answers.</summary>
    public static IApplicationBuilder UseDeparture(this IApplicationBuilder app)
    {
        var departure = app.ApplicationServices.GetRequiredService<Departure>();
        return app.Use((context, next) =>
        {
            if (departure.IsLeaving)
            {
                context.Response.Headers.Connection = "close";
            }

            return next(context);
        });
    }
}

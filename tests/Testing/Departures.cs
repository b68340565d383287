using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace McpGateway.Testing;

/// <summary>Counts the clients that left a server before their answer was complete, once the server has noticed.</summary>
public sealed class Departures : IStartupFilter
{
    private int _count;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(WatchAsync);
        next(app);
    };

    /// <summary>Waits until that many have left.</summary>
    public Task WaitForAsync(int count) => Eventually.TrueAsync(() => Volatile.Read(ref _count) >= count, $"{count} clients have left");

    private async Task WatchAsync(HttpContext context, RequestDelegate next)
    {
        await using var watch = context.RequestAborted.Register(() => Interlocked.Increment(ref _count));
        await next(context);
    }
}

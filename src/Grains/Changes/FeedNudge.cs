using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Seam;
using McpGateway.Storage;
using Microsoft.Extensions.Hosting;

namespace McpGateway.Grains.Changes;

/// <summary>Tells the feed's grain of every commit that wrote to the feed, so that nobody waits for its next look.</summary>
internal sealed class FeedNudge(GatewayDatabase database, IGrains grains) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var feed = grains.Get<IChangesGrain>(IChangesGrain.Key);
        database.OnFeedWritten = () => feed.NudgeAsync().AsTask();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        database.OnFeedWritten = null;
        return Task.CompletedTask;
    }
}

using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Seam;
using McpGateway.Grains.Changes;
using McpGateway.Grains.Seam;
using McpGateway.Grains.Tests.Upstreams;
using McpGateway.Storage;
using McpGateway.Testing;
using McpGateway.Testing.Databases;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Grains.Tests.Changes;

/// <summary>The feed while its database cannot be asked.</summary>
public sealed class FeedOutageTests
{
    // A node that hears anything believes that what it has cached is right.
    [Fact]
    public async Task Watch_BegunWhileTheDatabaseIsAway_SaysNothing()
    {
        var folder = Directory.CreateTempSubdirectory("mcpg-feed-");
        await using var storage = await TestStorage.CreateAsync(folder.FullName);
        await using var provider = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(new FakeTimeProvider())
            .AddGatewayStorage(storage.Configure)
            .AddEmbeddedGrains(typeof(ChangesGrain))
            .BuildServiceProvider();
        var database = provider.GetRequiredService<GatewayDatabase>();
        await database.InitializeAsync(UpstreamHost.Cancellation);
        var feed = provider.GetRequiredService<IGrains>().Get<IChangesGrain>(IChangesGrain.Key);
        await using (var before = feed.WatchAsync(-1, UpstreamHost.Cancellation).GetAsyncEnumerator(UpstreamHost.Cancellation))
        {
            (await before.MoveNextAsync()).ShouldBeTrue();
        }

        database.Dispose();

        await using var after = feed.WatchAsync(0, UpstreamHost.Cancellation).GetAsyncEnumerator(UpstreamHost.Cancellation);
        await Should.ThrowAsync<InvalidOperationException>(async () => await after.MoveNextAsync());
        folder.Delete(recursive: true);
    }
}

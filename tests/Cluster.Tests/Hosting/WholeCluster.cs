using McpGateway.EndToEnd.Tests.Hosting;

[assembly: CaptureConsole]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace McpGateway.Cluster.Tests.Hosting;

/// <summary>One cluster for all tests that leave it whole: three silos, the last one for processes, two frontends, a dashboard.</summary>
public sealed class WholeCluster : IAsyncLifetime
{
    internal GatewayCluster Cluster { get; private set; } = null!;

    internal WorkUpstream Work { get; private set; } = null!;

    internal string Upstream { get; private set; } = "";

    internal string Server { get; private set; } = "";

    internal ApiToken Token { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await GatewayCluster.StartAsync("redis", frontends: 2, "", "", "stdio");
        Work = await WorkUpstream.StartAsync();
        Upstream = await Cluster.RegisterAsync("work", Work.Server.Url);
        Server = await Cluster.Admin.ComposeAsync("work", Upstream);
        Token = await Cluster.Admin.CreateTokenAsync(Server);
    }

    public async ValueTask DisposeAsync()
    {
        await (Work?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}

[CollectionDefinition(Name)]
public sealed class WholeClusterCollection : ICollectionFixture<WholeCluster>
{
    public const string Name = "whole cluster";
}

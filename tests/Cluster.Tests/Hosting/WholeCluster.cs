using System.Globalization;
using McpGateway.EndToEnd.Tests.Hosting;

[assembly: CaptureConsole]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace McpGateway.Cluster.Tests.Hosting;

/// <summary>One cluster for all tests that leave it whole: three silos, the last one for processes, two frontends, a dashboard.</summary>
public class WholeCluster : IAsyncLifetime
{
    /// <summary>How many silos there are, where three shall not do.</summary>
    private const string SilosVariable = "MCPGATEWAY_TEST_SILOS";

    private static readonly TimeSpan s_before = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_after = TimeSpan.FromSeconds(8);

    internal GatewayCluster Cluster { get; private set; } = null!;

    internal WorkUpstream Work { get; private set; } = null!;

    internal string Upstream { get; private set; } = "";

    internal string Server { get; private set; } = "";

    internal ApiToken Token { get; private set; } = null!;

    /// <summary>Where the silos write down that they live.</summary>
    protected virtual string Membership => "redis";

    public async ValueTask InitializeAsync()
    {
        Cluster = await StartClusterAsync();
        Work = await WorkUpstream.StartAsync();
        Upstream = await Cluster.RegisterAsync("work", await AddressOfWorkAsync());
        Server = await Cluster.ComposeAsync("work", Upstream);
        Token = await Cluster.Admin.CreateTokenAsync(Server);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await (Work?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        GC.SuppressFinalize(this);
    }

    private protected virtual Task<GatewayCluster> StartClusterAsync() => GatewayCluster.StartAsync(Membership, frontends: 2, island: null, Roles());

    private protected virtual Task<string> AddressOfWorkAsync() => Task.FromResult(Work.Server.Url);

    private static string[] Roles()
    {
        string[] three = ["", "", "stdio"];
        return int.TryParse(Environment.GetEnvironmentVariable(SilosVariable), CultureInfo.InvariantCulture, out var silos)
            ? [.. three, .. Enumerable.Repeat("", silos - three.Length)]
            : three;
    }

    /// <summary>Clients of both generations call before, during and after; then every session is still known and no work was done twice.</summary>
    internal async Task<Load> RunUnderLoadAsync(string what, Func<Task> happen)
    {
        await using var load = await Load.StartAsync(Cluster, Server, Token.Text);
        await Task.Delay(s_before, TestContext.Current.CancellationToken);
        load.Failures.ShouldBeEmpty(load.Describe());

        var since = load.Now;
        await happen();
        await Task.Delay(s_after, TestContext.Current.CancellationToken);
        await load.StopAsync();

        Figures.Write($"{what}, membership in {Membership}", load, Work, since);
        load.SessionsLost.ShouldBe(0);
        Work.DoneTwice.ShouldBeEmpty();
        return load;
    }
}

/// <summary>The same without Redis.</summary>
public sealed class WholeClusterOnPostgres : WholeCluster
{
    protected override string Membership => "postgres";
}

[CollectionDefinition(Name)]
public sealed class WholeClusterCollection : ICollectionFixture<WholeCluster>
{
    public const string Name = "whole cluster";
}

[CollectionDefinition(Name)]
public sealed class WholeClusterOnPostgresCollection : ICollectionFixture<WholeClusterOnPostgres>
{
    public const string Name = "whole cluster on PostgreSQL alone";
}

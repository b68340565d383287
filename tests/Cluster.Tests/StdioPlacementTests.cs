using System.Globalization;
using System.Net;
using McpGateway.Cluster.Tests.Hosting;
using McpGateway.EndToEnd.Tests.Hosting;

namespace McpGateway.Cluster.Tests;

/// <summary>Processes of upstreams run on silos of role stdio and nowhere else.</summary>
[Collection(WholeClusterCollection.Name)]
public sealed class StdioPlacementTests(WholeCluster world)
{
    [Fact]
    public async Task Upstream_OfStdio_RunsItsProcessOnTheSiloOfThatRole()
    {
        Peers.Require();
        var id = await world.Cluster.Admin.RegisterAsync(new { name = "everything", transport = "STDIO", command = Peers.Node, args = new[] { Peers.Everything } });
        try
        {
            var server = await world.Cluster.Admin.ComposeAsync("everything", id);
            var token = await world.Cluster.Admin.CreateTokenAsync(server);

            // Through both frontends.
            for (var i = 0; i < 4; i++)
            {
                (await world.Cluster.Mcp(server, token.Text).ModernCallAsync("echo", """{"message":"hi"}""")).ContentText.ShouldBe("Echo: hi");
            }

            Children(world.Cluster.Silos[2]).ShouldNotBeEmpty();
            Children(world.Cluster.Silos[0]).ShouldBeEmpty();
            Children(world.Cluster.Silos[1]).ShouldBeEmpty();
        }
        finally
        {
            (await world.Cluster.Admin.DeleteAsync($"/gateways/{id}")).Expect(HttpStatusCode.NoContent);
        }
    }

    [Fact]
    public async Task Settings_OfStdio_AreTestedOnTheSiloOfThatRole()
    {
        Peers.Require();
        var answer = await world.Cluster.Admin.PostAsync("/gateways/test", new { transport = "STDIO", command = Peers.Node, args = new[] { Peers.Everything } });

        answer.Expect(HttpStatusCode.OK).Json.GetProperty("toolCount").GetInt32().ShouldBeGreaterThan(5, answer.Body);
    }

    private static string[] Children(Node silo) =>
        [.. Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _) && ParentOf(folder) == silo.Id)];

    private static int ParentOf(string process)
    {
        try
        {
            // PID (NAME) STATE PARENT …, and a name may have spaces.
            var stat = File.ReadAllText(Path.Combine(process, "stat"));
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}

using McpGateway.Conformance.Tests.Hosting;

namespace McpGateway.Conformance.Tests;

/// <summary>Clients of five revisions before servers of five: every cell lists, calls, asks, reports progress, cancels and hears of changes.</summary>
public sealed class RevisionTableTests
{
    public const string Run = "revisions";

    [Fact]
    public async Task EveryClientRevision_BeforeEveryServerRevision_KeepsWhatIsGreen()
    {
        await using var world = await RevisionWorld.StartAsync();
        var facts = new List<Scenario>();
        foreach (var client in Revisions.All)
        {
            var row = await Task.WhenAll(Revisions.All.Select(server => Cell.RunAsync([world.Address(server)], world.Token, client, server)));
            facts.AddRange(row.SelectMany(static cell => cell));
        }

        GreenList.Keep(Run, facts, RevisionTable.Write);
    }
}

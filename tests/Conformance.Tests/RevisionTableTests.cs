using McpGateway.Conformance.Tests.Hosting;

namespace McpGateway.Conformance.Tests;

/// <summary>Clients of five revisions before servers of five: every cell lists, calls, asks, reports progress, cancels and hears of changes.</summary>
public sealed class RevisionTableTests
{
    public const string Run = "revisions";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task EveryClientRevision_BeforeEveryServerRevision_KeepsWhatIsGreen(int frontends)
    {
        await using var world = await RevisionWorld.StartAsync(frontends);
        var facts = new List<Scenario>();
        foreach (var client in Revisions.All)
        {
            var row = await Task.WhenAll(Revisions.All.Select(server => Cell.RunAsync(world.Address(server), world.Token, client, server)));
            facts.AddRange(row.SelectMany(static cell => cell));
        }

        var list = GreenList.NameOf(Run, frontends);
        ConformancePage.Record(list, () => RevisionTable.Write(facts));
        GreenList.Keep(list, facts);
    }
}

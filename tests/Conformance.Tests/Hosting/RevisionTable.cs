using System.Text;

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>The table of revisions in words: a row for each client, a column for each server.</summary>
internal static class RevisionTable
{
    public static string Write(IReadOnlyCollection<Scenario> facts)
    {
        var green = facts.Where(static fact => fact.IsGreen).Select(static fact => fact.Name).ToHashSet(StringComparer.Ordinal);
        var table = new StringBuilder("| client \\ server |").AppendJoin('|', Revisions.All.Select(static server => $" {server} ")).Append("|\n|---|");
        table.Insert(table.Length, "---|", Revisions.All.Count).Append('\n');
        foreach (var client in Revisions.All)
        {
            table.Append("| **").Append(client).Append("** |").AppendJoin('|', Revisions.All.Select(server => $" {WriteCell(client, server, green)} ")).Append("|\n");
        }

        return table.ToString();
    }

    private static string WriteCell(string client, string server, HashSet<string> green)
    {
        var facts = Revisions.FactsOf(client, server);
        string[] missing = [.. facts.Where(fact => !green.Contains(Cell.Name(client, server, fact)))];
        return missing.Length == 0 ? $"all {facts.Count}" : $"{facts.Count - missing.Length} of {facts.Count}, not {string.Join(", ", missing)}";
    }
}

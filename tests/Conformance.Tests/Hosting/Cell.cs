using System.Text.Json;
using McpGateway.EndToEnd.Tests.Hosting;

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>A client of one revision before a server of another: <c>cell.mjs</c> does it, and each fact is told as a scenario.</summary>
internal static class Cell
{
    /// <summary>The name of a fact in lists: client, server and fact.</summary>
    public static string Name(string client, string server, string fact) => $"{client}/{server}/{fact}";

    /// <param name="address">The address of the virtual server, without its last part.</param>
    public static async Task<IReadOnlyList<Scenario>> RunAsync(string address, string token, string client, string server)
    {
        var facts = Revisions.FactsOf(client, server);
        await using var program = ChildProgram.Start(
            Kit.Node,
            [Kit.Cell, "--server", address, "--token", token, "--revision", client, "--facts", string.Join(',', facts)],
            folder: Kit.Folder);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        var line = await program.Lines.WaitToReadAsync(limit.Token) && program.Lines.TryRead(out var read) ? read : null;
        return [.. facts.Select(fact => Read(Name(client, server, fact), line is null ? program.Recent : WentWrong(line, fact)))];
    }

    private static Scenario Read(string name, string? fault) => new(name, fault is null ? 1 : 0, fault is null ? [] : [fault]);

    private static string? WentWrong(string line, string fact)
    {
        using var found = JsonDocument.Parse(line);
        var said = found.RootElement.GetProperty(fact);
        return said.ValueKind == JsonValueKind.True ? null : said.ToString();
    }
}

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>The five revisions, and what a client and a server of two of them both know.</summary>
internal static class Revisions
{
    public static IReadOnlyList<string> All { get; } = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

    /// <summary>What <c>cell.mjs</c> shall do in this cell. Elicitation came with 2025-06-18; all the rest every revision knows.</summary>
    public static IReadOnlyList<string> FactsOf(string client, string server) =>
        KnowsElicitation(client) && KnowsElicitation(server)
            ? ["list", "call", "sampling", "elicitation", "roots", "progress", "cancel", "list_changed"]
            : ["list", "call", "sampling", "roots", "progress", "cancel", "list_changed"];

    private static bool KnowsElicitation(string revision) => string.CompareOrdinal(revision, "2025-06-18") >= 0;
}

namespace McpGateway.Conformance.Tests.Hosting;

/// <summary>What the suite found in one scenario.</summary>
/// <param name="Faults">What failed, and what it warned of.</param>
internal sealed record Scenario(string Name, int Passed, IReadOnlyList<string> Faults)
{
    /// <summary>Something was checked, and nothing was found wanting; the suite itself lets warnings pass.</summary>
    public bool IsGreen => Passed > 0 && Faults.Count == 0;
}

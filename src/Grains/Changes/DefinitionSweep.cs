using McpGateway.Storage;

namespace McpGateway.Grains.Changes;

/// <summary>
/// Deletes definitions that no item has any more, a bounded number a round. Only those that nobody had a round before either: a node may
/// still fetch what a snapshot named a moment ago.
/// </summary>
internal sealed class DefinitionSweep(GatewayDatabase database)
{
    public const int AtOnce = 500;

    private HashSet<string> _unused = [];

    /// <summary>One round; answers how many went.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var unused = await database.FindUnusedDefinitionsAsync(AtOnce, cancellationToken);
        var old = unused.Where(_unused.Contains).ToList();
        _unused = [.. unused.Except(old)];
        return old.Count == 0 ? 0 : await database.DeleteUnusedDefinitionsAsync(old, cancellationToken);
    }
}

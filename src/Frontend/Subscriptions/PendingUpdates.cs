namespace McpGateway.Frontend.Subscriptions;

/// <summary>Resources whose updates a client is still to be told of: each once, however often it was updated. Safe from any thread.</summary>
internal sealed class PendingUpdates
{
    // Beyond that, the resource that was asked for stands for those below it.
    private const int Most = 1_000;

    private readonly HashSet<string> _uris = new(StringComparer.Ordinal);

    /// <param name="watched">The resource that was asked for.</param>
    /// <param name="uri">The same, or one below it.</param>
    public void Add(string watched, string uri)
    {
        lock (_uris)
        {
            _uris.Add(_uris.Count < Most ? uri : watched);
        }
    }

    /// <summary>Takes some away to be told; empty when there are none.</summary>
    public IReadOnlyList<string> Take(int most = int.MaxValue)
    {
        lock (_uris)
        {
            if (_uris.Count == 0)
            {
                return [];
            }

            string[] taken = [.. _uris.Take(most)];
            _uris.ExceptWith(taken);
            return taken;
        }
    }
}

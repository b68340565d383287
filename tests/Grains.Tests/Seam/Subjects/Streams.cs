namespace McpGateway.Grains.Tests.Seam.Subjects;

internal static class Streams
{
    /// <summary>Reads to the end, into a list that is the caller's where what came before a failure counts.</summary>
    public static async Task<List<int>> ReadAllAsync(IAsyncEnumerable<int> items, List<int>? into = null, CancellationToken cancellationToken = default)
    {
        into ??= [];
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            into.Add(item);
        }

        return into;
    }
}

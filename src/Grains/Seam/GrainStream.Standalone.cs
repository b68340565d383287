namespace McpGateway.Grains.Seam;

/// <summary>A stream of a grain, seen from outside. Each enumeration is a work of its own.</summary>
internal sealed class GrainStream<TArguments, TItem>(
    EmbeddedTarget target,
    Func<object, TArguments, CancellationToken, IAsyncEnumerable<TItem>> method,
    TArguments arguments,
    CancellationToken argumentToken) : IAsyncEnumerable<TItem>
{
    public IAsyncEnumerator<TItem> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new OpenStream<TItem>(target, (grain, token) => method(grain, arguments, token), argumentToken, cancellationToken);
}

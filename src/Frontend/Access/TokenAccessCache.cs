using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Seam;
using McpGateway.Frontend.Feed;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Access;

/// <summary>The access records of API tokens by id.</summary>
internal sealed class TokenAccessCache(
    IGrains grains, FeedStatus feed, IOptions<AccessOptions> options, TimeProvider time, ILogger<TokenAccessCache> logger) : IFeedCache
{
    private readonly AccessCache<TokenEntry> _entries = new(
        async (id, cancellationToken) =>
            await grains.Get<ITokenGrain>(id).GetAccessAsync(cancellationToken) is { } access ? new TokenEntry(access) : null,
        feed,
        options.Value,
        time,
        logger);

    public bool TryGet(ReadOnlySpan<char> id, out TokenEntry? entry) => _entries.TryGet(id, out entry);

    public ValueTask<AccessAnswer<TokenEntry>> GetAsync(string id) => _entries.GetAsync(id);

    public IEnumerable<TokenEntry> Entries => _entries.Entries;

    public void Apply(Change change)
    {
        switch (change.Kind)
        {
            case ChangeKind.Token:
                _entries.Remove(change.Key);
                break;
            case ChangeKind.Principal:
                _entries.RemoveWhere(entry => entry.Access.Rights.PrincipalId == change.Key);
                break;
        }
    }

    public void Reset() => _entries.Clear();
}

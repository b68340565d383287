using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Seam;
using McpGateway.Frontend.Feed;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Access;

/// <summary>A user's rights as this node keeps them.</summary>
internal sealed record PrincipalEntry(CallerIdentity Identity, string SecurityStamp);

/// <summary>The rights of signed-in users by user id.</summary>
internal sealed class PrincipalCache(
    IGrains grains, FeedStatus feed, IOptions<AccessOptions> options, TimeProvider time, ILogger<PrincipalCache> logger) : IFeedCache
{
    private readonly AccessCache<PrincipalEntry> _entries = new(
        async (userId, cancellationToken) =>
            await grains.Get<IAccessGrain>(userId).GetPrincipalAsync(userId, cancellationToken) is { Rights: { } rights } principal
                ? new PrincipalEntry(CallerIdentity.OfUser(rights, principal.Version), principal.SecurityStamp)
                : null,
        feed,
        options.Value,
        time,
        logger);

    public ValueTask<AccessAnswer<PrincipalEntry>> GetAsync(string userId) => _entries.GetAsync(userId);

    public void Apply(Change change)
    {
        if (change.Kind == ChangeKind.Principal)
        {
            _entries.Remove(change.Key);
        }
    }

    public void Reset() => _entries.Clear();
}

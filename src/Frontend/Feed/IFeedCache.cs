using McpGateway.Abstractions.Changes;

namespace McpGateway.Frontend.Feed;

/// <summary>
/// Something this node keeps of what grains said. Registered in the container, it is told of every change; both methods are called by
/// one loop, in the feed's order, and must be quick.
/// </summary>
internal interface IFeedCache
{
    /// <summary>Forgets what this change may have made wrong. Loads that are under way count as made before it.</summary>
    void Apply(Change change);

    /// <summary>Changes may have been missed: forgets everything.</summary>
    void Reset();
}

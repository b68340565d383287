using McpGateway.Gateway.Routing;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>One model of a virtual server took the place of another.</summary>
/// <param name="After">Null: the server is gone.</param>
internal sealed record ServerReplacement(ServerModel Before, ServerModel? After)
{
    private ListDifference? _difference;

    public string ServerId => Before.Header.ServerId;

    /// <summary>What differs; found when the first asks, because often nobody does.</summary>
    public ListDifference Difference => _difference ??= ListDifference.Between(Before, After);
}

namespace McpGateway.Storage.Model;

/// <summary>What a member of a virtual server is.</summary>
public enum MemberKind
{
    /// <summary>One catalog item.</summary>
    Item,

    /// <summary>Everything of one upstream, now and later.</summary>
    Upstream,

    /// <summary>Everything with one tag, now and later.</summary>
    Tag,
}

/// <summary>One member of a virtual server. Items and upstreams take their memberships with them when they are deleted.</summary>
public sealed class ServerMemberEntity
{
    public required string ServerId { get; set; }

    public MemberKind Kind { get; set; }

    /// <summary>Item id, upstream id or tag.</summary>
    public required string Target { get; set; }

    /// <summary>The target again where it is an item: carries the foreign key.</summary>
    public string? ItemId { get; set; }

    /// <summary>The target again where it is an upstream: carries the foreign key.</summary>
    public string? UpstreamId { get; set; }

    public static ServerMemberEntity OfItem(string serverId, string itemId) =>
        new() { ServerId = serverId, Kind = MemberKind.Item, Target = itemId, ItemId = itemId };

    public static ServerMemberEntity OfUpstream(string serverId, string upstreamId) =>
        new() { ServerId = serverId, Kind = MemberKind.Upstream, Target = upstreamId, UpstreamId = upstreamId };

    public static ServerMemberEntity OfTag(string serverId, string tag) =>
        new() { ServerId = serverId, Kind = MemberKind.Tag, Target = tag };
}

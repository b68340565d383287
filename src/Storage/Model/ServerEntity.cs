using McpGateway.Abstractions.Access;

namespace McpGateway.Storage.Model;

/// <summary>A virtual server. What it consists of stands in <see cref="ServerMemberEntity"/> and <see cref="ServerOverrideEntity"/>.</summary>
public sealed class ServerEntity : IOwned, IVersioned, ISearched
{
    public required string Id { get; set; }

    public required string Name { get; set; }

    /// <summary>The name in upper case; unique. Derived when saved.</summary>
    public string NormalizedName { get; set; } = "";

    public string? Description { get; set; }

    public string? Instructions { get; set; }

    /// <summary>Between upstream and tool in exposed names; null: the gateway's setting.</summary>
    public string? Separator { get; set; }

    public string[] Tags { get; set; } = [];

    public Visibility Visibility { get; set; }

    public required string OwnerId { get; set; }

    public string? TeamId { get; set; }

    /// <summary>Open to callers without credentials.</summary>
    public bool Anonymous { get; set; }

    public bool Enabled { get; set; } = true;

    public int Version { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Name and description in lower case. Derived when saved.</summary>
    public string SearchText { get; set; } = "";

    public void DeriveSearchText()
    {
        NormalizedName = Names.Normalize(Name);
        SearchText = Names.Searchable(Name, Description);
    }
}

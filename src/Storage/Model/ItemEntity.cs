using McpGateway.Abstractions.VirtualServers;

namespace McpGateway.Storage.Model;

/// <summary>A tool, prompt, resource or resource template of an upstream. (Upstream, kind, original name) is unique.</summary>
public sealed class ItemEntity : ISearched
{
    /// <summary>
    /// The longest <see cref="OriginalName"/> in UTF-8: PostgreSQL refuses longer keys in an index, so discovery leaves longer ones out.
    /// </summary>
    public const int MaxNameBytes = 2048;

    public required string Id { get; set; }

    public required string UpstreamId { get; set; }

    public ItemKind Kind { get; set; }

    public required string OriginalName { get; set; }

    /// <summary>Name in the catalog: slug, separator, original name; for resources the URI.</summary>
    public required string CatalogName { get; set; }

    public string? Title { get; set; }

    public string? Description { get; set; }

    /// <summary>What the upstream said last.</summary>
    public required string CurrentHash { get; set; }

    /// <summary>
    /// What was approved: the definition that is served under the policies hold and block. Empty after the approval was withdrawn, and
    /// then nothing is served under them.
    /// </summary>
    public required string ApprovedHash { get; set; }

    public required string ApprovedCanonicalHash { get; set; }

    /// <summary>Place in the upstream's own list of this kind.</summary>
    public int Position { get; set; }

    public bool Enabled { get; set; } = true;

    /// <summary>False while the upstream no longer lists it.</summary>
    public bool Available { get; set; } = true;

    public string[] Tags { get; set; } = [];

    public DateTimeOffset FirstSeen { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public DateTimeOffset? MissingSince { get; set; }

    /// <summary>Names, title and description in lower case. Derived when saved.</summary>
    public string SearchText { get; set; } = "";

    /// <summary>This definition is what is served from now on, and what people see of the item.</summary>
    public void Approve(string hash, string canonicalHash, string? title, string? description) =>
        (ApprovedHash, ApprovedCanonicalHash, Title, Description) = (hash, canonicalHash, title, description);

    /// <summary>Nothing is approved any more. What people see of the item stays.</summary>
    public void Withdraw() => (ApprovedHash, ApprovedCanonicalHash) = ("", "");

    public void DeriveSearchText() => SearchText = Names.Searchable(CatalogName, OriginalName, Title, Description);
}

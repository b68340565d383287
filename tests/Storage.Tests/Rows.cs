using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Storage.Model;

namespace McpGateway.Storage.Tests;

/// <summary>Rows with everything that is required.</summary>
internal static class Rows
{
    public static Caller Caller { get; } = new(new Rights("u1", "ada@example.com", Permissions.All, true, []), "t1", [], "10.1.2.3", "r1");

    public static UpstreamEntity Upstream(
        string name, string owner = "u1", Visibility visibility = Visibility.Public, string? team = null, params string[] tags) => new()
    {
        Id = name,
        Name = name,
        Slug = name,
        OwnerId = owner,
        Visibility = visibility,
        TeamId = team,
        Tags = tags,
    };

    public static ItemEntity Item(string upstream, string name, ItemKind kind = ItemKind.Tool, params string[] tags) => new()
    {
        Id = $"{upstream}.{name}",
        UpstreamId = upstream,
        Kind = kind,
        OriginalName = name,
        CatalogName = $"{upstream}-{name}",
        CurrentHash = "h1",
        ApprovedHash = "h1",
        ApprovedCanonicalHash = "c1",
        Tags = tags,
    };

    public static DefinitionEntity Definition(string hash) => new() { Hash = hash, CanonicalHash = hash, Json = "{}"u8.ToArray() };

    public static ServerEntity Server(
        string name, string owner = "u1", Visibility visibility = Visibility.Private, string? team = null) => new()
    {
        Id = name,
        Name = name,
        OwnerId = owner,
        Visibility = visibility,
        TeamId = team,
    };

    public static UserEntity User(string id, bool administrator = false) => new()
    {
        Id = id,
        Email = $"{id}@example.com",
        NormalizedEmail = Names.Normalize($"{id}@example.com"),
        SecurityStamp = "s",
        IsAdministrator = administrator,
    };

    public static TeamEntity Team(string id) => new() { Id = id, Name = id, NormalizedName = Names.Normalize(id) };
}

using System.Collections.Immutable;
using McpGateway.Abstractions.Access;
using Orleans;

namespace McpGateway.Abstractions.VirtualServers;

/// <summary>Asks for a snapshot.</summary>
/// <param name="AtLeast">It must show everything that the feed had said up to this id.</param>
/// <param name="KnownEtag">What the asker already has; if it is still right the answer is a header alone.</param>
[GenerateSerializer, Immutable]
public sealed record SnapshotRequest(long AtLeast, string? KnownEtag);

/// <summary>What a virtual server is, apart from its entries.</summary>
/// <param name="Etag">Changes when anything of the snapshot changes.</param>
/// <param name="AsOf">Feed id as of which it was compiled.</param>
/// <param name="EntryCount">How many entries follow in all parts; 0 when <paramref name="Unchanged"/>.</param>
[GenerateSerializer, Immutable]
public sealed record SnapshotHeader(
    string ServerId,
    string Etag,
    long AsOf,
    bool Unchanged,
    string Name,
    string? Description,
    string? Instructions,
    Visibility Visibility,
    string? TeamId,
    string OwnerId,
    bool Anonymous,
    bool Enabled,
    int EntryCount,
    ImmutableArray<SnapshotUpstream> Upstreams);

/// <summary>An upstream that has entries in the snapshot.</summary>
/// <param name="Capabilities">Its capabilities object, raw JSON; empty before discovery.</param>
/// <param name="Instructions">What it tells clients; null for nothing.</param>
[GenerateSerializer, Immutable]
public sealed record SnapshotUpstream(string Id, string Name, ReadOnlyMemory<byte> Capabilities, string? Instructions);

/// <summary>One exposed thing and where it leads.</summary>
/// <param name="ExposedName">Name (tools, prompts), URI (resources) or URI template, as clients see it. Unique by kind.</param>
/// <param name="OriginalName">The upstream's own.</param>
/// <param name="DefinitionHash">Which definition is served (hex SHA-256 of its bytes).</param>
/// <param name="Description">Overrides the definition's description; null leaves it.</param>
/// <param name="Visibility">Of the upstream, with <paramref name="TeamId"/> and <paramref name="OwnerId"/>: matters in the server of everything.</param>
[GenerateSerializer, Immutable]
public sealed record SnapshotEntry(
    ItemKind Kind,
    string ItemId,
    string ExposedName,
    string OriginalName,
    string UpstreamId,
    string DefinitionHash,
    string? Description,
    Visibility Visibility,
    string? TeamId,
    string OwnerId);

/// <summary>A part of a snapshot, ≤ 256 KiB: the header comes in the first one.</summary>
[GenerateSerializer, Immutable]
public sealed record SnapshotPart(SnapshotHeader? Header, ImmutableArray<SnapshotEntry> Entries);

/// <summary>A definition as its upstream wrote it.</summary>
[GenerateSerializer, Immutable]
public sealed record DefinitionBlob(string Hash, ReadOnlyMemory<byte> Json);

/// <summary>Definitions, ≤ 256 KiB together (or a single larger one).</summary>
[GenerateSerializer, Immutable]
public sealed record DefinitionPart(ImmutableArray<DefinitionBlob> Definitions);

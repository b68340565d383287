using System.Collections.Immutable;
using McpGateway.Abstractions.VirtualServers;

namespace McpGateway.Grains.VirtualServers;

/// <summary>A compiled virtual server.</summary>
internal sealed record Snapshot(SnapshotHeader Header, ImmutableArray<SnapshotEntry> Entries);

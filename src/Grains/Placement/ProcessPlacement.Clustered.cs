using Orleans;
using Orleans.Placement;
using Orleans.Runtime;

namespace McpGateway.Grains.Placement;

/// <summary>The grain starts a process: it belongs on a silo of role <c>stdio</c>.</summary>
[GenerateSerializer, Immutable]
internal sealed class ProcessPlacement : PlacementStrategy;

/// <summary>The grain's key begins with an upstream's id, and it starts a process if that upstream is one: then it belongs on a silo of role <c>stdio</c>.</summary>
[GenerateSerializer, Immutable]
internal sealed class UpstreamPlacement : PlacementStrategy;

/// <inheritdoc cref="ProcessPlacement"/>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ProcessPlacementAttribute() : PlacementAttribute(new ProcessPlacement());

/// <inheritdoc cref="UpstreamPlacement"/>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class UpstreamPlacementAttribute() : PlacementAttribute(new UpstreamPlacement());

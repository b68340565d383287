using McpGateway.Cluster.Tests.Hosting;

namespace McpGateway.Cluster.Tests.Failures;

/// <summary>Silos that know of each other through Redis.</summary>
[Collection(WholeClusterCollection.Name)]
public sealed class RedisMembershipTests(WholeCluster world) : GrainRecoveryTests(world, "redis");

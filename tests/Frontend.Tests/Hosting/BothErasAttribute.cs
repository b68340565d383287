using System.Reflection;
using McpGateway.Testing.Upstreams;
using Xunit.Sdk;
using Xunit.v3;

namespace McpGateway.Frontend.Tests.Hosting;

/// <summary>Runs a test that takes a <see cref="FakeEra"/> before a legacy upstream and before a modern one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BothErasAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([new TheoryDataRow<FakeEra>(FakeEra.Legacy), new TheoryDataRow<FakeEra>(FakeEra.Modern)]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

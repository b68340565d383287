using System.Collections.Immutable;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Grains.Seam;

namespace McpGateway.Grains.Tests.Administration;

/// <summary>Stands where an upstream's grain would be, and marks what it was told. It fails where the mark "fail" was set.</summary>
internal sealed class ToldUpstreamGrain(Probe probe) : GatewayGrain, IUpstreamGrain
{
    public ValueTask ReconfigureAsync()
    {
        probe.Mark($"reconfigure {Key}");
        return probe.Count("fail") == 0 ? ValueTask.CompletedTask : throw new InvalidOperationException("The grain is broken.");
    }

    public ValueTask WakeAsync() => throw new NotSupportedException();

    public ValueTask<UpstreamRoute?> DescribeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<UpstreamStatus> RefreshAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<UpstreamStatus> WatchAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask SuspectAsync(string reason) => throw new NotSupportedException();

    public ValueTask AnnounceAsync(ChangedLists lists) => throw new NotSupportedException();

    public ValueTask<ImmutableArray<UpstreamLogLine>> ReadLogAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask WriteLogAsync(ImmutableArray<UpstreamLogLine> lines) => throw new NotSupportedException();

    public ValueTask<bool> AttachAsync(string connectionKey, string settings) => throw new NotSupportedException();

    public ValueTask DetachAsync(string connectionKey) => throw new NotSupportedException();
}

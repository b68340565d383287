using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Metrics;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;

namespace McpGateway.Frontend.Tests.Hosting;

/// <summary>An upstream whose discovery is over when a test says so.</summary>
internal sealed class UpstreamGrain : IUpstreamGrain
{
    public TaskCompletionSource<UpstreamStatus> Discovered { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static UpstreamStatus Status(UpstreamState state) => new("gw-1", state, Era.Legacy, "2025-11-25", 2, null, null);

    public ValueTask WakeAsync() => ValueTask.CompletedTask;

    public ValueTask ReconfigureAsync() => ValueTask.CompletedTask;

    /// <summary>What nodes are told; null while there is no such upstream.</summary>
    public UpstreamRoute? Route { get; set; }

    public ValueTask<UpstreamRoute?> DescribeAsync(CancellationToken cancellationToken) => new(Route);

    public async IAsyncEnumerable<UpstreamStatus> RefreshAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await Discovered.Task.WaitAsync(cancellationToken);
    }

    public async IAsyncEnumerable<UpstreamStatus> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Status(UpstreamState.Pending);
        yield return await Discovered.Task.WaitAsync(cancellationToken);
    }

    public ValueTask<bool> AttachAsync(string connectionKey, string settings) => new(true);

    public ValueTask DetachAsync(string connectionKey) => ValueTask.CompletedTask;

    public ValueTask SuspectAsync(string reason) => ValueTask.CompletedTask;

    public ValueTask AnnounceAsync(ChangedLists lists) => ValueTask.CompletedTask;

    public ValueTask<ImmutableArray<UpstreamLogLine>> ReadLogAsync(CancellationToken cancellationToken) =>
        new([new UpstreamLogLine(DateTimeOffset.UnixEpoch, "gw-1/*/0", "listening")]);

    public ValueTask WriteLogAsync(ImmutableArray<UpstreamLogLine> lines) => ValueTask.CompletedTask;
}

/// <summary>Connections that note what nodes hold.</summary>
internal sealed class ConnectionGrains
{
    public ConcurrentQueue<(string Connection, string SessionId)> Held { get; } = new();

    /// <summary>While set, nobody answers.</summary>
    public Exception? Fault { get; set; }

    public IConnectionGrain Get(string key) => new Connection(this, key);

    private sealed class Connection(ConnectionGrains all, string key) : IConnectionGrain
    {
        public IAsyncEnumerable<ConnectionReply> OpenAsync(Caller caller, string? staleSessionId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public IAsyncEnumerable<ConnectionReply> CallAsync(Caller caller, ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public IAsyncEnumerable<WatchNews> WatchAsync(Caller caller, WatchRequest request, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask HoldAsync(string sessionId)
        {
            all.Held.Enqueue((key, sessionId));
            return all.Fault is null ? ValueTask.CompletedTask : ValueTask.FromException(all.Fault);
        }

        public ValueTask RespondAsync(ReadOnlyMemory<byte> response) => throw new NotSupportedException();

        public ValueTask WaitUntilHeardAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask TellRootsChangedAsync() => throw new NotSupportedException();

        public ValueTask CloseAsync(string reason) => throw new NotSupportedException();
    }
}

/// <summary>A compiled virtual server of five tools and a prompt, in two parts.</summary>
internal sealed class ServerGrain : IVirtualServerGrain
{
    public async IAsyncEnumerable<SnapshotPart> ReadAsync(SnapshotRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        var header = new SnapshotHeader(
            "srv-1", "e1", 1, false, "Everyday", null, null, Visibility.Public, null, "u-admin", false, true, 6,
            [new SnapshotUpstream("gw-1", "Weather", default, null)]);
        yield return new SnapshotPart(header, [Entry(ItemKind.Tool, "e"), Entry(ItemKind.Tool, "a"), Entry(ItemKind.Prompt, "p")]);
        yield return new SnapshotPart(null, [Entry(ItemKind.Tool, "c"), Entry(ItemKind.Tool, "b"), Entry(ItemKind.Tool, "d")]);
    }

    public async IAsyncEnumerable<DefinitionPart> ReadDefinitionsAsync(
        ImmutableArray<string> hashes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        yield return new DefinitionPart([.. hashes.Select(hash => new DefinitionBlob(hash, Encoding.UTF8.GetBytes($$"""{"name":"{{hash}}"}""")))]);
    }

    private static SnapshotEntry Entry(ItemKind kind, string name) =>
        new(kind, $"id-{name}", name, $"orig-{name}", "gw-1", $"hash-{name}", null, Visibility.Public, null, "u-admin");
}

/// <summary>Counts and the audit.</summary>
internal sealed class SightGrains : IMetricsGrain, IAuditGrain
{
    public MetricsQuery? LastQuery { get; private set; }

    public AuditQuery? LastAuditQuery { get; private set; }

    public ValueTask RecordAsync(MetricsBatch batch, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<ImmutableArray<SeriesSummary>> SummarizeAsync(MetricsQuery query, CancellationToken cancellationToken)
    {
        LastQuery = query;
        ImmutableArray<SeriesSummary> series = query.Kind switch
        {
            SeriesKind.Total => [Summary(SeriesKind.Total, "all")],
            SeriesKind.Tool => [Summary(SeriesKind.Tool, "item-1"), Summary(SeriesKind.Tool, "deleted")],
            _ => [],
        };
        return new([.. series.Where(summary => query.Ids.IsDefaultOrEmpty || query.Ids.Contains(summary.Id))]);
    }

    public ValueTask<Outcome<Page<AuditView>>> ListAsync(Caller caller, AuditQuery query, PageRequest page, CancellationToken cancellationToken)
    {
        LastAuditQuery = query;
        return new(caller.Rights.Has(Permissions.AuditRead)
            ? new Page<AuditView>(
                [new AuditView(7, DateTimeOffset.UnixEpoch, "u-admin", "admin@example.com", null, "127.0.0.1", "r", "gateways.create", "gateway", "gw-1", "Weather", """{"name":"Weather"}""")],
                null,
                1)
            : Refusal.Forbidden("audit.read"));
    }

    private static SeriesSummary Summary(SeriesKind kind, string id) => new(kind, id, 10, 1, 1, 5, 4, 8, 9, DateTimeOffset.UnixEpoch);
}

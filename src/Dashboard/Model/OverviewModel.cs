using System.Collections.Immutable;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Metrics;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Dashboard.Cluster;
using Microsoft.Extensions.Logging;

namespace McpGateway.Dashboard.Model;

/// <summary>
/// The overview without its markup. <see cref="LoadAsync"/> reads everything once; <see cref="Follow"/> keeps it up to date from the
/// change feed, the live calls and a slow re-read, and raises <see cref="Changed"/> at most four times a second, on any thread.
/// </summary>
internal sealed partial class OverviewModel : IAsyncDisposable
{
    // What comes in bursts (an import of fifty servers) is read once, not fifty times.
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(200);

    // A stream that is opened anew at once is nobody's business.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    // The list of virtual servers is long and the feed names each change of it; read anew by itself it only heals what the feed lost.
    private const int ServersEveryNthRefresh = 12;

    private readonly OverviewClient _client;
    private readonly TimeProvider _time;
    private readonly TimeSpan _refreshEvery;
    private readonly ILogger _logger;
    private readonly RenderThrottle _throttle;
    private readonly DirtyParts _dirty;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly CallHistory _calls = new();
    private Task _following = Task.CompletedTask;

    // Guarded by _lock.
    private CatalogCounts? _counts;
    private Section<UpstreamRow> _upstreams = Section.Loading<UpstreamRow>();
    private Section<ServerRow> _servers = Section.Loading<ServerRow>();
    private ImmutableDictionary<string, SeriesSummary> _usage = ImmutableDictionary<string, SeriesSummary>.Empty;
    private ImmutableArray<CallRow> _rows = [];
    private DateTimeOffset? _watchingSince;
    private bool _feedLost;
    private bool _callsLost;
    private bool _readsFail;
    private DateTimeOffset? _failingSince;
    private OverviewState _current;

    public OverviewModel(OverviewClient client, TimeProvider time, TimeSpan refreshEvery, ILogger logger)
    {
        (_client, _time, _refreshEvery, _logger) = (client, time, refreshEvery, logger);
        _current = OverviewState.Empty(time.GetUtcNow());
        _dirty = new DirtyParts(time);
        _throttle = new RenderThrottle(time, () => Changed?.Invoke());
    }

    public event Action? Changed;

    /// <summary>What to show now.</summary>
    public OverviewState Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }
    }

    /// <summary>True when the user sees everybody's calls; else only their own.</summary>
    public bool SeesAllCalls => _client.SeesAllCalls;

    /// <summary>Reads everything once.</summary>
    public Task LoadAsync(CancellationToken cancellationToken) => ReadAsync(Parts.All, cancellationToken);

    /// <summary>Starts following what changes, until disposed. Idempotent.</summary>
    public void Follow()
    {
        if (_following.IsCompleted && !_stopping.IsCancellationRequested)
        {
            // Off the page's own thread of work, which is for rendering.
            _following = Task.Run(() => FollowAsync(_stopping.Token));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _following;
        _throttle.Dispose();
        _dirty.Dispose();
        _stopping.Dispose();
    }

    private Task FollowAsync(CancellationToken cancellationToken)
    {
        var subscription = new Subscription(_time, _logger);
        return Task.WhenAll(
            subscription.FollowAsync("changes", _client.WatchChangesAsync, OnChanges, () => SetLost(feed: true), cancellationToken),
            subscription.FollowAsync("calls", _client.WatchCallsAsync, OnCalls, () => SetLost(feed: false), cancellationToken),
            RefreshAsync(cancellationToken));
    }

    private void OnChanges(Watched<ChangeBatch> batch)
    {
        var parts = batch.First || batch.Item.Reset ? Parts.All : Parts.None;
        foreach (var change in batch.Item.Changes)
        {
            parts |= change.Kind switch
            {
                ChangeKind.Upstream => Parts.Upstreams | Parts.Counts,
                ChangeKind.Catalog => Parts.Upstreams | Parts.Servers | Parts.Counts,
                ChangeKind.VirtualServer => Parts.Servers | Parts.Usage | Parts.Counts,
                ChangeKind.Token => Parts.Counts,
                ChangeKind.Principal => Parts.All,
                _ => Parts.None,
            };
        }

        if (parts != Parts.None)
        {
            _dirty.Mark(parts);
        }

        bool wasLost;
        lock (_lock)
        {
            (wasLost, _feedLost) = (_feedLost, false);
        }

        if (wasLost)
        {
            Publish();
        }
    }

    private void OnCalls(Watched<ImmutableArray<CallReport>> batch)
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            _watchingSince ??= now;
            _callsLost = false;
            if (_calls.Add(batch.Item, batch.First, now))
            {
                _rows = _calls.Rows(NameOfServer);
            }
        }

        Publish();
    }

    private void SetLost(bool feed)
    {
        lock (_lock)
        {
            (_feedLost, _callsLost) = feed ? (true, _callsLost) : (_feedLost, true);
        }

        Publish();
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var turn = 1; ; turn++)
            {
                var otherwise = turn % ServersEveryNthRefresh == 0 ? Parts.All : Parts.All & ~Parts.Servers;
                var parts = await _dirty.TakeAsync(_refreshEvery, otherwise, cancellationToken);
                await ReadAsync(parts, cancellationToken);
                await Task.Delay(s_settle, _time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    private async Task ReadAsync(Parts parts, CancellationToken cancellationToken)
    {
        try
        {
            if (parts.HasFlag(Parts.Counts))
            {
                await LoadCountsAsync(cancellationToken);
            }

            if (parts.HasFlag(Parts.Upstreams))
            {
                await LoadUpstreamsAsync(cancellationToken);
            }

            if (parts.HasFlag(Parts.Servers))
            {
                await LoadServersAsync(cancellationToken);
            }

            if (parts.HasFlag(Parts.Usage))
            {
                await LoadUsageAsync(cancellationToken);
            }

            SetReadsFail(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (SetReadsFail(true))
            {
                LogNotRead(exception, parts);
            }
        }

        Publish();
    }

    private async Task LoadCountsAsync(CancellationToken cancellationToken)
    {
        var counts = await _client.CountAsync(cancellationToken);
        lock (_lock)
        {
            _counts = counts.Value ?? _counts;
        }
    }

    private async Task LoadUpstreamsAsync(CancellationToken cancellationToken)
    {
        var page = await _client.ListUpstreamsAsync(cancellationToken);
        lock (_lock)
        {
            _upstreams = page.Succeeded
                ? new Section<UpstreamRow>(Keep(_upstreams.Rows, page.Value.Items.Select(UpstreamRow.From), static row => row.Id), page.Value.Total, null)
                : _upstreams with { Problem = page.Refusal.Detail };
        }
    }

    private async Task LoadServersAsync(CancellationToken cancellationToken)
    {
        var page = await _client.ListServersAsync(cancellationToken);
        lock (_lock)
        {
            _servers = page.Succeeded
                ? new Section<ServerRow>(Keep(_servers.Rows, page.Value.Items.Select(ToRow), static row => row.Id), page.Value.Total, null)
                : _servers with { Problem = page.Refusal.Detail };
            _rows = _calls.Rows(NameOfServer);
        }
    }

    private async Task LoadUsageAsync(CancellationToken cancellationToken)
    {
        ImmutableArray<string> ids;
        lock (_lock)
        {
            ids = _servers.Rows.IsDefault ? [] : [.. _servers.Rows.Select(row => row.Id)];
        }

        var usage = await _client.SummarizeServersAsync(ids, cancellationToken);
        lock (_lock)
        {
            _usage = usage.ToImmutableDictionary(summary => summary.Id);
            if (!_servers.Rows.IsDefault)
            {
                _servers = _servers with { Rows = Keep(_servers.Rows, _servers.Rows.Select(WithUsage), static row => row.Id) };
            }
        }
    }

    private ServerRow ToRow(ServerView view) =>
        WithUsage(new ServerRow(
            view.Id, view.Name, view.Description, view.Enabled, view.Anonymous, view.Tools.IsDefault ? 0 : view.Tools.Length, null, 0, null));

    private ServerRow WithUsage(ServerRow row) =>
        _usage.TryGetValue(row.Id, out var usage)
            ? row with { Calls = usage.Calls, Failures = usage.Failures + usage.ToolErrors, LastUse = usage.LastUse }
            : row with { Calls = _client.SeesAllCalls ? 0 : null, Failures = 0, LastUse = null };

    private string NameOfServer(string id) =>
        string.Equals(id, IVirtualServerGrain.Everything, StringComparison.Ordinal)
            ? "everything"
            : _servers.Rows.IsDefault ? id : _servers.Rows.FirstOrDefault(row => string.Equals(row.Id, id, StringComparison.Ordinal))?.Name ?? id;

    /// <summary>The new rows, but the old object where nothing changed, so that a page can tell at once which rows to render.</summary>
    private static ImmutableArray<T> Keep<T>(ImmutableArray<T> old, IEnumerable<T> rows, Func<T, string> id)
        where T : class, IEquatable<T>
    {
        var known = old.IsDefault ? [] : old.ToDictionary(id, StringComparer.Ordinal);
        return [.. rows.Select(row => known.TryGetValue(id(row), out var same) && same.Equals(row) ? same : row)];
    }

    /// <summary>Answers whether that is news.</summary>
    private bool SetReadsFail(bool fail)
    {
        const string Problem = "The gateway could not be asked. What is shown may be old; it is asked again every few seconds.";
        lock (_lock)
        {
            var news = _readsFail != fail;
            _readsFail = fail;
            if (fail)
            {
                _upstreams = _upstreams.Rows.IsDefault ? _upstreams with { Problem = Problem } : _upstreams;
                _servers = _servers.Rows.IsDefault ? _servers with { Problem = Problem } : _servers;
            }

            return news;
        }
    }

    private void Publish()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            _failingSince = _readsFail || _feedLost || _callsLost ? _failingSince ?? now : null;
            _current = new OverviewState(
                now, now - _failingSince >= s_patience, _counts, _upstreams, _servers, _rows, _calls.Chart(now), _watchingSince);
        }

        _throttle.Request();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The overview could not read {Parts}; it tries again.")]
    private partial void LogNotRead(Exception exception, Parts parts);
}

using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Upstreams;
using McpGateway.Gateway.Upstreams.Discovery;
using McpGateway.Grains.Seam;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpGateway.Grains.Upstreams;

internal sealed partial class UpstreamGrain : GatewayGrain, IUpstreamGrain, IDisposable
{
    private const int LogLines = 500;

    private readonly GatewayDatabase _database;
    private readonly UpstreamSettings _settings;
    private readonly UpstreamInspector _inspector;
    private readonly ChangeListener _listener;
    private readonly UpstreamHttp _http;
    private readonly CatalogWriter _writer;
    private readonly DiscoveryGate _gate;
    private readonly UpstreamOptions _options;
    private readonly ILogger _logger;

    private readonly List<Channel<UpstreamStatus>> _watchers = [];
    private readonly HashSet<string> _connections = new(StringComparer.Ordinal);
    private readonly LogRing _log = new(LogLines);
    private readonly CancellationTokenSource _ending = new();

    private UpstreamEntity? _row;
    private string _stamp = "";
    private int _toolCount;

    public UpstreamGrain(
        GatewayDatabase database,
        UpstreamSettings settings,
        UpstreamInspector inspector,
        ChangeListener listener,
        UpstreamHttp http,
        CatalogWriter writer,
        DiscoveryGate gate,
        IOptions<UpstreamOptions> options,
        ILogger<UpstreamGrain> logger)
    {
        _database = database;
        _settings = settings;
        _inspector = inspector;
        _listener = listener;
        _http = http;
        _writer = writer;
        _gate = gate;
        _options = options.Value;
        _logger = logger;
    }

    public async ValueTask WakeAsync()
    {
        // Being called is what wakes it; only one that was not registered yet when it activated has something to do.
        if (_row is null)
        {
            await ReconfigureAsync();
        }
        else if (_row.Transport == TransportKind.Stdio && !_options.RunsProcesses)
        {
            // No silo of role stdio ran when this came to life. By now there may be one; the next call finds it.
            DeactivateWhenIdle();
        }
    }

    public async ValueTask ReconfigureAsync()
    {
        await LoadAsync(_ending.Token);
        _failures = 0;
        _known = null;
        Tell();
        if (_row is { Enabled: true })
        {
            Schedule(TimeSpan.Zero);
        }
        else
        {
            Unschedule();
        }
    }

    public async ValueTask<UpstreamRoute?> DescribeAsync(CancellationToken cancellationToken) => await _database.ReadAsync(
        async (db, token) =>
        {
            // Read before the row, which is then at least as new. Not from memory: who asks may know of a change before this grain does.
            var version = await db.LastChangeIdAsync(token);
            var row = await db.Upstreams.FirstOrDefaultAsync(upstream => upstream.Id == Key, token);
            return row is null ? null : RouteOf(row, version);
        },
        cancellationToken);

    public async IAsyncEnumerable<UpstreamStatus> RefreshAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_row is null)
        {
            await LoadAsync(cancellationToken);
        }

        if (_row is { Enabled: true })
        {
            // It goes on for others when this caller leaves.
            await LookAsync().WaitAsync(cancellationToken);
        }

        if (Status() is { } status)
        {
            yield return status;
        }
    }

    public async IAsyncEnumerable<UpstreamStatus> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_row is null)
        {
            await LoadAsync(cancellationToken);
        }

        if (Status() is not { } current)
        {
            yield break;
        }

        var latest = Channel.CreateBounded<UpstreamStatus>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        _watchers.Add(latest);
        try
        {
            yield return current;
            await foreach (var status in latest.Reader.ReadAllAsync(cancellationToken))
            {
                yield return status;
            }
        }
        finally
        {
            _watchers.Remove(latest);
        }
    }

    public ValueTask<ImmutableArray<UpstreamLogLine>> ReadLogAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_log.Read());

    public ValueTask WriteLogAsync(ImmutableArray<UpstreamLogLine> lines)
    {
        foreach (var line in lines)
        {
            _log.Add(line);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> AttachAsync(string connectionKey, string settings)
    {
        if (_row is not { Enabled: true } || settings != _stamp)
        {
            return ValueTask.FromResult(false);
        }

        _connections.Add(connectionKey);
        return ValueTask.FromResult(true);
    }

    public ValueTask DetachAsync(string connectionKey)
    {
        _connections.Remove(connectionKey);
        return ValueTask.CompletedTask;
    }

    protected override async Task ActivateAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        if (_row is { Enabled: true } row)
        {
            Schedule(FirstLook(row));
        }
    }

    protected override async Task DeactivateAsync(CancellationToken cancellationToken)
    {
        await _ending.CancelAsync();
        StopListening();
        foreach (var watcher in _watchers)
        {
            watcher.Writer.TryComplete();
        }

        // Processes that a look has started end before this does.
        await Task.WhenAll(_listening, _looking ?? Task.CompletedTask).WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        StopListening();
        _ending.Dispose();
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        (_row, _toolCount) = await _database.ReadAsync(
            async (db, token) => (
                await db.Upstreams.FirstOrDefaultAsync(upstream => upstream.Id == Key, token),
                await db.Items.CountAsync(item => item.UpstreamId == Key && item.Kind == ItemKind.Tool && item.Available, token)),
            cancellationToken);
        var stamp = _row is null ? "" : UpstreamSettings.StampOf(_row);
        if (stamp != _stamp)
        {
            _stamp = stamp;
            LeaveOldSettings();
        }
    }

    /// <summary>Nothing goes on under settings that are no longer right.</summary>
    private void LeaveOldSettings()
    {
        StopLooking();
        StopListening();
        foreach (var connection in _connections)
        {
            _ = CloseAsync(connection);
        }

        _connections.Clear();
        _http.Forget(Key);
        _known = null;
    }

    private UpstreamStatus? Status() => _row is { } row
        ? new UpstreamStatus(row.Id, row.State, row.Era, row.ProtocolVersion, _toolCount, row.LastSeen, row.LastError)
        : null;

    /// <summary>Gives every watcher the state; one that is slow gets the latest only. A deleted upstream ends the watches.</summary>
    private void Tell()
    {
        var status = Status();
        foreach (var watcher in _watchers)
        {
            if (status is null)
            {
                watcher.Writer.TryComplete();
            }
            else
            {
                watcher.Writer.TryWrite(status);
            }
        }
    }

    private async Task CloseAsync(string connection)
    {
        try
        {
            await Grains.Get<IConnectionGrain>(connection).CloseAsync("The MCP server's settings changed.");
        }
        catch (Exception exception)
        {
            // It asks by itself now and then whether it may stay open.
            LogNotClosed(connection, exception);
        }
    }

    private static UpstreamRoute RouteOf(UpstreamEntity row, long version) => new(
        row.Id,
        row.Name,
        row.Slug,
        row.Transport,
        row.Url,
        row.Era,
        row.ProtocolVersion,
        row.RequiresSession,
        row.Sharing,
        row.SealedHeaders,
        row.TimeoutSeconds,
        row.Enabled,
        row.State,
        row.Capabilities,
        version,
        row.MaxConcurrency);
}

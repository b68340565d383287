using System.Runtime.CompilerServices;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams;
using McpGateway.Gateway.Upstreams.Channels;
using McpGateway.Gateway.Upstreams.Watching;
using McpGateway.Grains.Seam;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpGateway.Grains.Upstreams;

/// <summary>
/// Has at most one session, process or stream at a time. Everything that runs beside the calls (a connection's end, its log, its idleness)
/// is a turn of this grain; only the connection's own reading loop is not, and touches nothing here.
/// </summary>
internal sealed partial class ConnectionGrain : GatewayGrain, IConnectionGrain, IDisposable
{
    private static readonly TimeSpan s_check = TimeSpan.FromSeconds(30);

    // What nodes say of a session they hold may come late once.
    private static readonly TimeSpan s_heldFor = TimeSpan.FromSeconds(3 * IConnectionGrain.HoldSeconds);

    private readonly GatewayDatabase _database;
    private readonly UpstreamSettings _settings;
    private readonly UpstreamConnector _connector;
    private readonly WatcherFactory _watchers;
    private readonly UpstreamOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ending = new();
    private readonly WatchBook _watches;

    // Connections that are being ended, which may take some seconds each.
    private readonly HashSet<Task> _endings = [];

    private ConnectionKey _key;
    private ConnectionProfile _profile;
    private IUpstreamGrain _upstream = null!;
    private Opened? _open;
    private Task<ConnectionReply>? _opening;
    private int _running;
    private int _closes;
    private long _lastUse;

    public ConnectionGrain(
        GatewayDatabase database,
        UpstreamSettings settings,
        UpstreamConnector connector,
        WatcherFactory watchers,
        IOptions<UpstreamOptions> options,
        TimeProvider time,
        ILogger<ConnectionGrain> logger)
    {
        _database = database;
        _settings = settings;
        _connector = connector;
        _watchers = watchers;
        _options = options.Value;
        _watches = new WatchBook(_options.MaxWatchedPerConnection, _options.MaxWatchedPerPrincipal, time);
        _logger = logger;
    }

    public async IAsyncEnumerable<ConnectionReply> OpenAsync(
        Caller caller, string? staleSessionId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _lastUse = Time.GetTimestamp();
        if (staleSessionId is not null && _open is { Session: { } session } && session.SessionId == staleSessionId)
        {
            // The upstream does not know it any more, so there is nothing to end.
            _open = null;
        }

        yield return await EnsureOpenAsync(wantsSession: true).WaitAsync(cancellationToken);
    }

    public async IAsyncEnumerable<ConnectionReply> CallAsync(
        Caller caller, ReadOnlyMemory<byte> message, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_profile.Slot > 0 && _running > 0)
        {
            yield return ConnectionReply.Failed(UpstreamFault.Busy, "All connections that can carry a call with questions are in use; wait for an answer.");
            yield break;
        }

        _running++;
        try
        {
            for (var isRetry = false; ; isRetry = true)
            {
                var opened = await EnsureOpenAsync(wantsSession: false).WaitAsync(cancellationToken);
                if (_open is not { Duplex: { } duplex } open)
                {
                    yield return opened.Kind == ConnectionReplyKind.Failed
                        ? opened
                        : ConnectionReply.Failed(UpstreamFault.Broken, "The connection was closed while the call waited for it. The call did not run.");
                    yield break;
                }

                var lost = false;
                await foreach (var reply in duplex.CallAsync(message, cancellationToken))
                {
                    // The upstream forgot the stream that we still hold: the call did not run, so it may be sent once more over a new one.
                    lost = reply.Fault == UpstreamFault.SessionLost && !isRetry;
                    if (lost)
                    {
                        break;
                    }

                    _ends = reply.Kind == ConnectionReplyKind.Response ? 0 : _ends;
                    yield return reply;
                }

                if (!lost)
                {
                    yield break;
                }

                if (_open == open)
                {
                    Close(endSession: false);
                }
            }
        }
        finally
        {
            _running--;
            _lastUse = Time.GetTimestamp();
        }
    }

    public async ValueTask RespondAsync(ReadOnlyMemory<byte> response)
    {
        if (_open is { Duplex: { } duplex })
        {
            await duplex.RespondAsync(response, _ending.Token);
        }
        else
        {
            await RespondInSessionAsync(response);
        }
    }

    public ValueTask HoldAsync(string sessionId)
    {
        if (_open is { Session: { } session } && session.SessionId == sessionId)
        {
            _lastUse = Time.GetTimestamp();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CloseAsync(string reason)
    {
        LogClosed(Key, reason);
        _closes++;
        Close(endSession: true);
        return ValueTask.CompletedTask;
    }

    public void Dispose() => _ending.Dispose();

    protected override Task ActivateAsync(CancellationToken cancellationToken)
    {
        _key = ConnectionKey.Parse(Key) ?? throw new InvalidOperationException($"'{Key}' is no key of a connection.");
        _profile = ConnectionProfile.Parse(_key.Profile);
        _upstream = Grains.Get<IUpstreamGrain>(_key.UpstreamId);
        _lastUse = Time.GetTimestamp();
        RegisterTimer(_ => CheckAsync(), s_check, s_check);
        return Task.CompletedTask;
    }

    protected override async Task DeactivateAsync(CancellationToken cancellationToken)
    {
        await _ending.CancelAsync();
        if (_opening is { } opening)
        {
            await Task.WhenAny(opening).WaitAsync(cancellationToken);
        }

        // A session in use lives on: nodes that know its id go on calling with it, whatever becomes of this activation.
        Close(endSession: IsIdle);
        await Task.WhenAll(_endings).WaitAsync(cancellationToken);
    }

    /// <summary>Opens the connection where it is not open, once for all who wait.</summary>
    private async Task<ConnectionReply> EnsureOpenAsync(bool wantsSession)
    {
        if (_open is { } open)
        {
            return open.Fits(wantsSession)
                ? open.Reply
                : ConnectionReply.Failed(UpstreamFault.Invalid, $"An upstream of transport {open.Target.Transport} is not called this way.");
        }

        var opening = _opening ??= OpenOnceAsync(wantsSession);
        try
        {
            return await opening;
        }
        finally
        {
            if (_opening == opening)
            {
                _opening = null;
            }
        }
    }

    private async Task<ConnectionReply> OpenOnceAsync(bool wantsSession)
    {
        var closes = _closes;
        try
        {
            if (!wantsSession && await WaitForRestartAsync() is { } tooSoon)
            {
                return tooSoon;
            }

            var row = await ReadRowAsync(_ending.Token);
            if (row is not { Enabled: true })
            {
                return ConnectionReply.Failed(UpstreamFault.Disabled, row is null ? "There is no such MCP server any more." : "The MCP server is switched off.");
            }

            var opened = await OpenAsync(row, _settings.Open(row), wantsSession);
            if (!await AttachAsync(opened) || closes != _closes || _ending.IsCancellationRequested)
            {
                End(opened, endSession: true);
                return ConnectionReply.Failed(UpstreamFault.Unreachable, "The connection was closed while it was being opened; try again.");
            }

            _open = opened;
            _watches.Wake();
            _lastUse = Time.GetTimestamp();
            LogOpened(Key);
            if (opened.Duplex is { } duplex)
            {
                _ = WatchEndAsync(duplex);
            }

            return opened.Reply;
        }
        catch (UpstreamException failed)
        {
            await FailedAsync(failed.Failure);
            if (!wantsSession && !_options.RunsProcesses)
            {
                // On a silo that may start processes the next call may find one.
                DeactivateWhenIdle();
            }

            return ConnectionReply.Failed(failed.Failure.Fault, failed.Failure.Detail);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            return ConnectionReply.Failed(UpstreamFault.Broken, "The connection is being closed.");
        }
    }

    private async Task<bool> AttachAsync(Opened opened)
    {
        try
        {
            return await _upstream.AttachAsync(Key, opened.Stamp);
        }
        catch (Exception exception)
        {
            // Asked again at the next check; until then the settings just read are believed.
            LogNotTold(Key, exception);
            return true;
        }
    }

    private async Task<Opened> OpenAsync(UpstreamEntity row, UpstreamTarget target, bool wantsSession)
    {
        var stamp = UpstreamSettings.StampOf(row);
        if (wantsSession != (target.Transport == TransportKind.StreamableHttp))
        {
            throw new UpstreamException(UpstreamFault.Invalid, $"An upstream of transport {target.Transport} is not called this way.");
        }

        if (!wantsSession)
        {
            return new Opened(target, stamp, null, await OpenDuplexAsync(row, target));
        }

        // A modern upstream has no sessions; there is nothing to open.
        var session = row.Era == Era.Modern
            ? new UpstreamSession(null, row.ProtocolVersion ?? "")
            : await _connector.OpenSessionAsync(target, _profile.Capabilities, _ending.Token);
        return new Opened(target, stamp, session, null);
    }

    /// <summary>Ends what is open. Calls that run get to know it through the connection; who calls next opens it anew.</summary>
    /// <param name="endSession">Whether an HTTP session is ended for everybody who knows its id.</param>
    private void Close(bool endSession)
    {
        if (_open is { } open)
        {
            _open = null;
            _watches.Wake();
            End(open, endSession);
            _ = DetachAsync();
        }
    }

    private void End(Opened opened, bool endSession)
    {
        var ending = EndAsync(opened, endSession);
        _endings.Add(ending);
        _ = ForgetAsync(ending);
    }

    private async Task EndAsync(Opened opened, bool endSession)
    {
        try
        {
            if (opened.Duplex is { } duplex)
            {
                await duplex.DisposeAsync();
            }

            if (endSession && opened.Session is { } session)
            {
                await _connector.EndSessionAsync(opened.Target, session, CancellationToken.None);
            }
        }
        catch (Exception exception)
        {
            LogEndFailed(Key, exception);
        }

        await FlushLogAsync();
    }

    private async Task ForgetAsync(Task ending)
    {
        await ending;
        _endings.Remove(ending);
    }

    /// <summary>Now and then: is it still in use, and are its settings still right?</summary>
    private async Task CheckAsync()
    {
        if (_open is not { } open)
        {
            return;
        }

        if (!await AttachAsync(open))
        {
            if (_open == open)
            {
                await CloseAsync("The MCP server's settings changed.");
            }
        }
        else if (_open == open && IsIdle)
        {
            LogClosed(Key, "It was idle.");
            Close(endSession: true);
            DeactivateWhenIdle();
        }
    }

    /// <summary>Nothing uses what is open. Calls with a session do not come by here, but the nodes that make them say so now and then.</summary>
    private bool IsIdle => _running == 0
        && Time.GetElapsedTime(_lastUse) >= (_open is { Session: not null } && _options.ConnectionIdle < s_heldFor ? s_heldFor : _options.ConnectionIdle);

    private async Task DetachAsync()
    {
        try
        {
            await _upstream.DetachAsync(Key);
        }
        catch (Exception exception)
        {
            LogNotTold(Key, exception);
        }
    }

    private Task<UpstreamEntity?> ReadRowAsync(CancellationToken cancellationToken) => _database.ReadAsync(
        (db, token) => db.Upstreams.FirstOrDefaultAsync(upstream => upstream.Id == _key.UpstreamId, token), cancellationToken);

    /// <summary>What is open: a session, or a process or stream.</summary>
    private sealed record Opened(UpstreamTarget Target, string Stamp, UpstreamSession? Session, DuplexClient? Duplex)
    {
        public ConnectionReply Reply => ConnectionReply.Opened(Session?.SessionId, Session?.ProtocolVersion);

        public bool Fits(bool wantsSession) => wantsSession == (Session is not null);
    }
}

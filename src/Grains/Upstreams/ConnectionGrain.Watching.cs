using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams;
using McpGateway.Gateway.Upstreams.Watching;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Grains.Upstreams;

/// <summary>Who watches the connection, and the one watcher that hears for all of them what the upstream says unasked.</summary>
internal sealed partial class ConnectionGrain
{
    // Between two tries, whoever waits for one.
    private static readonly TimeSpan s_leastPause = TimeSpan.FromMilliseconds(250);

    private const int MaxAsked = 64;

    private static readonly TimeSpan s_untilHeard = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);

    // Questions beside the calls that have no answer yet, by the upstream's raw id.
    private readonly ConcurrentDictionary<string, byte> _asked = new(StringComparer.Ordinal);
    private Task _keeping = Task.CompletedTask;
    private volatile ResourceWatcher? _watcher;

    public async IAsyncEnumerable<WatchNews> WatchAsync(
        Caller caller, WatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watch = _watches.Begin(request, caller.Rights.PrincipalId);
        _running++;
        try
        {
            Keep();
            yield return WatchNews.Standing(await watch.Standings.WaitAsync(cancellationToken));
            while (true)
            {
                foreach (var news in await watch.NextAsync(cancellationToken))
                {
                    yield return news;
                }
            }
        }
        finally
        {
            _watches.End(watch);
            _running--;
            _lastUse = Time.GetTimestamp();
        }
    }

    public async ValueTask WaitUntilHeardAsync(CancellationToken cancellationToken)
    {
        var began = Time.GetTimestamp();
        while (_watcher is null && Time.GetElapsedTime(began) < s_untilHeard)
        {
            await Task.Delay(s_look, Time, cancellationToken);
        }
    }

    /// <summary>Has the upstream listened to as long as anybody watches.</summary>
    private void Keep()
    {
        if (_keeping.IsCompleted)
        {
            _keeping = KeepAsync();
            _endings.Add(_keeping);
            _ = ForgetAsync(_keeping);
        }
    }

    private async Task KeepAsync()
    {
        try
        {
            for (var failures = 0; _watches.IsWatched;)
            {
                var began = Time.GetTimestamp();
                if (!await ListenAsync(isGap: failures > 0))
                {
                    // Somebody may have come since.
                    failures = 0;
                    continue;
                }

                failures = Time.GetElapsedTime(began) >= s_check ? 1 : failures + 1;
                await PauseAsync(BackOff.Restart(failures));
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            _watches.Settle(new UpstreamFailure(UpstreamFault.Broken, "The connection is being closed."));
        }
        catch (Exception exception)
        {
            // Whoever watches next tries anew; who waits is told.
            LogWatchFailed(Key, exception);
            _watches.Settle(new UpstreamFailure(UpstreamFault.Broken, "The connection could not be listened to."));
        }
    }

    /// <summary>Before the next try: shorter when somebody comes who waits for one.</summary>
    private async Task PauseAsync(TimeSpan longest)
    {
        await Task.Delay(s_leastPause, Time, _ending.Token);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        await Task.WhenAny(_watches.WaitAsync(enough.Token), Task.Delay(longest, Time, enough.Token));
        await enough.CancelAsync();
    }

    /// <summary>Listens until the way to the upstream ends; false when nobody watches any more.</summary>
    private async Task<bool> ListenAsync(bool isGap)
    {
        var row = await ReadRowAsync(_ending.Token);
        var reply = await EnsureOpenAsync(wantsSession: row is null or { Transport: TransportKind.StreamableHttp });
        if (_open is not { } open)
        {
            _watches.Settle(new UpstreamFailure(reply.Fault, reply.Detail ?? "The connection could not be opened."));
            return true;
        }

        try
        {
            await using var watcher = open.Duplex is { } duplex
                ? _watchers.Open(duplex, row!.Era, WatchEvents())
                : await _watchers.OpenAsync(open.Target, row!.Era, open.Session!, WatchEvents(), _ending.Token);
            _watcher = watcher;
            return await FollowAsync(watcher, open, isGap);
        }
        catch (UpstreamException failed) when (failed.Failure.Fault == UpstreamFault.SessionLost)
        {
            // There is nothing to end, and the next try opens another.
            _open = _open == open ? null : _open;
            return true;
        }
        catch (UpstreamException failed)
        {
            _watches.Settle(failed.Failure);
            return true;
        }
        finally
        {
            _watcher = null;
        }
    }

    /// <summary>Keeps what the upstream was asked to tell of in line with what is watched; false when nobody watches any more.</summary>
    private async Task<bool> FollowAsync(ResourceWatcher watcher, Opened open, bool isGap)
    {
        while (true)
        {
            var wanted = _watches.TakeWanted();
            var refused = await watcher.TellOfAsync(wanted, _ending.Token);
            if (isGap)
            {
                isGap = false;
                _watches.TellGap();
            }

            _watches.Settle(wanted, refused);
            if (!_watches.IsWatched && wanted.Count == 0)
            {
                return false;
            }

            using var enough = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
            await Task.WhenAny(_watches.WaitAsync(enough.Token), watcher.Ended);
            await enough.CancelAsync();
            _ending.Token.ThrowIfCancellationRequested();
            if (watcher.Ended.IsCompleted || _open != open)
            {
                return true;
            }
        }
    }

    private WatchEvents WatchEvents() => new()
    {
        OnUpdated = _watches.TellUpdated,
        OnNotice = _watches.TellNotice,
        OnListChanged = OnListChanged,
        OnQuestion = OnQuestion,
    };

    // Not in a turn, as everything that the connection's reading loop calls.
    private bool OnQuestion(ReadOnlyMemory<byte> message)
    {
        if (_profile.Capabilities == ClientCapabilities.None
            || _asked.Count >= MaxAsked
            || EnvelopeScanner.Scan(message.Span, out var envelope) != EnvelopeFault.None)
        {
            return false;
        }

        var id = Encoding.UTF8.GetString(envelope.Id.Slice(message.Span));
        if (!_asked.TryAdd(id, 0))
        {
            return false;
        }

        if (_watches.TellQuestion(message))
        {
            return true;
        }

        _asked.TryRemove(id, out _);
        return false;
    }

    /// <summary>Takes a response to the upstream's session, where it answers a question that came beside the calls.</summary>
    private Task RespondInSessionAsync(ReadOnlyMemory<byte> response) =>
        EnvelopeScanner.Scan(response.Span, out var envelope) == EnvelopeFault.None
        && _asked.TryRemove(Encoding.UTF8.GetString(envelope.Id.Slice(response.Span)), out _)
        && _watcher is { } watcher
            ? watcher.RespondAsync(response, _ending.Token)
            : Task.CompletedTask;

    private void OnNotification(McpMethod method, ReadOnlyMemory<byte> message) => _watcher?.Take(method, message);
}

using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams;
using McpGateway.Gateway.Upstreams.Discovery;
using McpGateway.Storage.Model;

namespace McpGateway.Grains.Upstreams;

/// <summary>When the upstream is looked at, and what comes of it.</summary>
internal sealed partial class UpstreamGrain
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_spread = TimeSpan.FromSeconds(10);

    private Task? _looking;
    private CancellationTokenSource? _stopLooking;
    private bool _again;
    private int _failures;
    private long _lastLook;
    private bool _looked;

    // The one timer for looks, and when it fires.
    private IDisposable? _timer;
    private DateTimeOffset _due;

    // What was found last and is in the database.
    private string? _known;

    private CancellationTokenSource? _stopListening;
    private Task _listening = Task.CompletedTask;
    private Era _listeningTo;

    // Lists that the upstream said have changed, and that clients were not told of yet.
    private ChangedLists _announced;

    public ValueTask AnnounceAsync(ChangedLists lists)
    {
        _announced |= lists;
        return SuspectAsync("It said that its lists changed.");
    }

    public ValueTask SuspectAsync(string reason)
    {
        // While it is down it is asked again with growing pauses anyway; that others cannot reach it is no news.
        if (_row is not { Enabled: true } || _failures > 0)
        {
            return ValueTask.CompletedTask;
        }

        LogSuspected(Key, reason);
        if (_looking is not null)
        {
            _again = true;
            return ValueTask.CompletedTask;
        }

        var since = _looked ? Time.GetElapsedTime(_lastLook) : s_soon;
        var pause = since >= s_soon ? TimeSpan.Zero : s_soon - since;
        if (_timer is null || Time.GetUtcNow() + pause < _due)
        {
            Schedule(pause);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Looks at the upstream, or joins a look that is under way.</summary>
    private Task LookAsync()
    {
        if (_looking is null)
        {
            _looking = RunLookAsync();
            if (_looking.IsCompleted)
            {
                _looking = null;
                return Task.CompletedTask;
            }
        }

        return _looking;
    }

    private async Task RunLookAsync()
    {
        Unschedule();
        _again = false;
        _looked = true;
        _lastLook = Time.GetTimestamp();
        var stamp = _stamp;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        _stopLooking = stopping;
        try
        {
            await LookOnceAsync(stamp, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The settings changed, or this activation ends.
        }
        catch (Exception exception)
        {
            // The database, for instance: what is known stays, and it is tried again.
            LogLookFailed(Key, exception);
            _failures++;
        }
        finally
        {
            _looking = null;
            _stopLooking = null;
        }

        if (_row is { Enabled: true } row && !_ending.IsCancellationRequested)
        {
            Schedule(stamp != _stamp ? TimeSpan.Zero : _again ? s_soon : NextLook(row));
        }
    }

    private async Task LookOnceAsync(string stamp, CancellationToken cancellationToken)
    {
        var row = _row!;
        var known = EraToBelieve(row);

        // What is announced from here on may not be in what this look finds, and is left to the next.
        var announced = _announced;
        _announced = ChangedLists.None;
        UpstreamTarget target;
        UpstreamInspection found;
        using (await _gate.EnterAsync(cancellationToken))
        {
            try
            {
                target = _settings.Open(row);
                found = await _inspector.InspectAsync(target, known, AddLog, cancellationToken);
            }
            catch (UpstreamException unusable)
            {
                await WriteFailureAsync(stamp, unusable.Failure, cancellationToken);
                return;
            }
        }

        if (found.Failure is { } failure)
        {
            await WriteFailureAsync(stamp, failure, cancellationToken);
            return;
        }

        foreach (var oddity in found.Oddities)
        {
            AddLog(oddity);
        }

        await WriteAsync(stamp, found, announced, eraChecked: known == Era.Unknown || found.Verdict!.Era != known, cancellationToken);
        if (stamp == _stamp)
        {
            Listen(target, found.Verdict!);
        }
    }

    private async Task WriteAsync(
        string stamp, UpstreamInspection found, ChangedLists announced, bool eraChecked, CancellationToken cancellationToken)
    {
        var fingerprint = Fingerprint.Of(found);
        if (fingerprint == _known && _failures == 0 && _row is { State: UpstreamState.Online })
        {
            await _writer.TouchAsync(Key, announced, eraChecked, cancellationToken);
        }
        else if (!await _writer.WriteAsync(Key, stamp, found, announced, eraChecked, cancellationToken))
        {
            return;
        }

        _known = fingerprint;
        if (_failures > 0)
        {
            LogBack(Key);
        }

        _failures = 0;
        await LoadAsync(cancellationToken);
        Tell();
    }

    private async Task WriteFailureAsync(string stamp, UpstreamFailure failure, CancellationToken cancellationToken)
    {
        if (_failures++ == 0)
        {
            LogDown(Key, failure.Fault, failure.Detail);
        }

        var state = failure.Fault == UpstreamFault.Unauthorized ? UpstreamState.NeedsAuthorization : UpstreamState.Offline;
        if ((_row?.State != state || _row.LastError != failure.Detail)
            && await _writer.WriteFailureAsync(Key, stamp, state, failure.Detail, cancellationToken))
        {
            await LoadAsync(cancellationToken);
            Tell();
        }
    }

    private Era EraToBelieve(UpstreamEntity row) =>
        row.EraCheckedAt is { } at && Time.GetUtcNow() - at < _options.VerdictLifetime ? row.Era : Era.Unknown;

    /// <summary>What the row says of an upstream's health is as old as the last node that looked, so all are looked at soon, but not at once.</summary>
    private static TimeSpan FirstLook(UpstreamEntity row) =>
        row.State == UpstreamState.Online ? s_spread * Random.Shared.NextDouble() : TimeSpan.Zero;

    private TimeSpan NextLook(UpstreamEntity row) =>
        _failures == 0 ? Period(row)

        // Asked again and again with the wrong credentials, some servers lock the account.
        : row.State == UpstreamState.NeedsAuthorization ? Longer(BackOff.Look(_failures), Period(row))
        : BackOff.Look(_failures);

    /// <summary>The refresh period, up to a tenth shorter or longer, so that upstreams registered together are not asked together.</summary>
    private static TimeSpan Period(UpstreamEntity row) => TimeSpan.FromSeconds(row.RefreshSeconds * (0.9 + (Random.Shared.NextDouble() * 0.2)));

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private void Schedule(TimeSpan pause)
    {
        Unschedule();
        _due = Time.GetUtcNow() + pause;
        _timer = RegisterTimer(_ => LookAsync(), pause, Timeout.InfiniteTimeSpan);
    }

    private void StopLooking() => _stopLooking?.Cancel();

    private void Unschedule()
    {
        _timer?.Dispose();
        _timer = null;
    }

    private void Listen(UpstreamTarget target, UpstreamVerdict verdict)
    {
        if (!ChangeListener.IsFor(target, verdict))
        {
            StopListening();
            return;
        }

        // One that ended was told that there is no such stream; it is not asked again until the settings change or the grain moves.
        if (_stopListening is not null && _listeningTo == verdict.Era)
        {
            return;
        }

        StopListening();
        _listeningTo = verdict.Era;
        _stopListening = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        var self = Grains.Get<IUpstreamGrain>(Key);
        _listening = _listener.RunAsync(target, verdict, lists => _ = AnnounceAsync(self, lists), _stopListening.Token);
    }

    private void StopListening()
    {
        _stopListening?.Cancel();
        _stopListening?.Dispose();
        _stopListening = null;
    }

    // Through the reference: the listener is outside of this grain's turns.
    private async Task AnnounceAsync(IUpstreamGrain self, ChangedLists lists)
    {
        try
        {
            await self.AnnounceAsync(lists);
        }
        catch (Exception exception)
        {
            LogNotSuspected(Key, exception);
        }
    }

    private void AddLog(string text) => _log.Add(new UpstreamLogLine(Time.GetUtcNow(), "discovery", text));
}

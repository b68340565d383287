using McpGateway.Frontend.Overload;

namespace McpGateway.Frontend.Sessions;

/// <summary>A call that is under way, and why it should stop.</summary>
internal sealed class RunningCall : IDisposable
{
    // Progress may keep a call alive, but not for ever.
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    /// <summary>What an upstream may say beside its answer. Far more than any log of one call; without a limit a stream could be endless.</summary>
    public const long MaxNotificationBytes = 64 * 1024 * 1024;

    private readonly CancellationTokenSource _stop;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly Lock _gate = new();
    private volatile bool _cancelled;
    private volatile bool _stoppedWithNode;
    private long _passed;
    private int _waits;
    private long _waitingSince;
    private TimeSpan _waited;
    private HeldPlace _place;

    /// <param name="patience">How long the upstream may be silent.</param>
    /// <param name="clientGone">Fires when the client's connection ends.</param>
    public RunningCall(TimeSpan patience, TimeProvider time, CancellationToken clientGone)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(clientGone);
        (_patience, _time, _startedAt) = (patience, time, time.GetTimestamp());
        ClientGone = clientGone;
        _stop.CancelAfter(patience);
    }

    /// <summary>Fires when the call shall stop, whatever the reason.</summary>
    public CancellationToken Stop => _stop.Token;

    public CancellationToken ClientGone { get; }

    /// <summary>How long the upstream may be silent.</summary>
    public TimeSpan Patience => _patience;

    /// <summary>The client said that it does not want the answer any more, or its session ended.</summary>
    public bool IsCancelledByClient => _cancelled;

    /// <summary>This node goes, and cannot wait for the answer any longer.</summary>
    public bool IsStoppedWithNode => _stoppedWithNode;

    /// <summary>
    /// The upstream sent a notification. When it says that the call is getting on, its time begins anew (spec, lifecycle: timeouts). False
    /// when it has sent too much.
    /// </summary>
    public bool TryPass(int bytes, bool isProgress)
    {
        if (isProgress && _time.GetElapsedTime(_startedAt) < s_longest)
        {
            lock (_gate)
            {
                if (_waits == 0)
                {
                    TryCancelAfter(_patience);
                }
            }
        }

        return (_passed += bytes) <= MaxNotificationBytes;
    }

    /// <summary>How long the call has waited for its client rather than for the upstream.</summary>
    public TimeSpan Waited
    {
        get
        {
            lock (_gate)
            {
                return _waits == 0 ? _waited : _waited + _time.GetElapsedTime(_waitingSince);
            }
        }
    }

    /// <summary>The client is asked something: the upstream's time stands still until it has answered, for <paramref name="atMost"/>.</summary>
    public void BeginWait(TimeSpan atMost)
    {
        lock (_gate)
        {
            if (_waits++ == 0)
            {
                _waitingSince = _time.GetTimestamp();
                _place.Lend();
            }

            TryCancelAfter(atMost + _patience);
        }
    }

    /// <summary>The client has answered, or will not; the upstream's time begins anew after the last question.</summary>
    public void EndWait()
    {
        lock (_gate)
        {
            if (--_waits == 0)
            {
                _waited += _time.GetElapsedTime(_waitingSince);
                _place.Reclaim();
                TryCancelAfter(_patience);
            }
        }
    }

    /// <summary>Takes a place at the upstream if one is free and nobody waits for it.</summary>
    public bool TryOccupy(UpstreamGate gate)
    {
        if (!gate.TryEnter())
        {
            return false;
        }

        Occupy(gate);
        return true;
    }

    /// <summary>A place at the upstream has been taken for the call.</summary>
    public void Occupy(UpstreamGate gate) => _place.Take(gate, _time.GetTimestamp());

    /// <summary>Takes a place for a request that only waits at the upstream.</summary>
    public bool TryStand(UpstreamGate gate)
    {
        if (!gate.TryStand())
        {
            return false;
        }

        _place.TakeStanding(gate);
        return true;
    }

    /// <summary>The upstream has answered: what follows is no work of its. At the latest when the call is over.</summary>
    public void Vacate() => _place.Give(_time);

    /// <summary>The call waits for its turn, for so long at most; the upstream's time has not begun.</summary>
    public void BeginTurn(TimeSpan atMost) => TryCancelAfter(atMost);

    /// <summary>It has its turn, or gives up: the upstream's time begins.</summary>
    public void EndTurn() => TryCancelAfter(_patience);

    public void CancelByClient()
    {
        _cancelled = true;
        TryCancel();
    }

    public void StopWithNode()
    {
        _stoppedWithNode = true;
        TryCancel();
    }

    public void Dispose()
    {
        Vacate();
        _stop.Dispose();
    }

    private void TryCancel()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It was over already.
        }
    }

    private void TryCancelAfter(TimeSpan delay)
    {
        try
        {
            _stop.CancelAfter(delay);
        }
        catch (ObjectDisposedException)
        {
            // An answer that comes when the call is over.
        }
    }
}

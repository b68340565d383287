namespace McpGateway.Frontend.Overload;

/// <summary>
/// The place that a call has at its upstream: taken when it is sent, lent to others while its client is asked something, given back once.
/// A part of the call; its members may be called at any time, from any thread.
/// </summary>
internal struct HeldPlace
{
    private const int None = 0;
    private const int Held = 1;
    private const int Lent = 2;
    private const int Standing = 3;

    private UpstreamGate? _gate;
    private long _since;
    private int _state;

    /// <param name="gate">Where a place was taken for the call.</param>
    public void Take(UpstreamGate gate, long now)
    {
        (_gate, _since) = (gate, now);
        Volatile.Write(ref _state, Held);
    }

    /// <param name="gate">Where a place was taken for a request that only waits at the upstream.</param>
    public void TakeStanding(UpstreamGate gate)
    {
        _gate = gate;
        Volatile.Write(ref _state, Standing);
    }

    /// <summary>Gives it back, if it has not been.</summary>
    public void Give(TimeProvider time)
    {
        switch (Interlocked.Exchange(ref _state, None))
        {
            case Held:
                _gate!.Leave(time.GetElapsedTime(_since));
                break;
            case Standing:
                _gate!.LeaveStanding();
                break;
            default:
                break;
        }
    }

    /// <summary>The upstream does not work on the call for now.</summary>
    public void Lend()
    {
        if (Interlocked.CompareExchange(ref _state, Lent, Held) == Held)
        {
            _gate!.Lend();
        }
    }

    /// <summary>
    /// The upstream goes on. The call has begun, so it neither waits nor can be refused: where others have taken the place meanwhile, one more
    /// than the limit runs until the next one ends.
    /// </summary>
    public void Reclaim()
    {
        if (Interlocked.CompareExchange(ref _state, Held, Lent) == Lent)
        {
            _gate!.Reclaim();
        }
    }
}

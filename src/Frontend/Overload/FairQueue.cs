namespace McpGateway.Frontend.Overload;

/// <summary>
/// The calls that wait for one upstream: callers have their turns one after the other, and of each the call that came first. The node's lock
/// guards it.
/// </summary>
internal sealed class FairQueue
{
    private readonly Dictionary<string, Share> _shares = new(StringComparer.Ordinal);
    private readonly LinkedList<Share> _turns = [];

    public void Add(WaitingCall call)
    {
        if (!_shares.TryGetValue(call.Caller, out var share))
        {
            _shares[call.Caller] = share = new Share();
            _turns.AddLast(share.Turn);
        }

        share.Calls.AddLast(call.Place);
    }

    /// <summary>Takes the call whose turn it is, and puts its caller behind the others. There must be one.</summary>
    public WaitingCall Take()
    {
        var share = _turns.First!.Value;
        var call = share.Calls.First!.Value;
        Remove(call);
        if (share.Calls.Count > 0)
        {
            _turns.Remove(share.Turn);
            _turns.AddLast(share.Turn);
        }

        return call;
    }

    public void Remove(WaitingCall call)
    {
        var share = _shares[call.Caller];
        share.Calls.Remove(call.Place);
        if (share.Calls.Count == 0)
        {
            _shares.Remove(call.Caller);
            _turns.Remove(share.Turn);
        }
    }

    /// <summary>How many of those that wait have their turn before another call of this caller, at most.</summary>
    public int CountBefore(string caller)
    {
        var own = CountOf(caller);
        return _turns.Sum(share => Math.Min(share.Calls.Count, own + 1));
    }

    /// <summary>The call that gives its place in a full queue to one of this caller: the last of whoever has most. Null when nobody has more.</summary>
    public WaitingCall? FindYielding(string caller)
    {
        var most = _turns.MaxBy(static share => share.Calls.Count);
        return most?.Calls.Count > CountOf(caller) + 1 ? most.Calls.Last!.Value : null;
    }

    private int CountOf(string caller) => _shares.TryGetValue(caller, out var share) ? share.Calls.Count : 0;

    /// <summary>What of the queue is one caller's.</summary>
    private sealed class Share
    {
        public Share() => Turn = new(this);

        public LinkedListNode<Share> Turn { get; }

        public LinkedList<WaitingCall> Calls { get; } = [];
    }
}

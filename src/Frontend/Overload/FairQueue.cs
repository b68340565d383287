namespace McpGateway.Frontend.Overload;

/// <summary>
/// The calls that wait for one upstream: callers have their turns one after the other, and of each the call that came first. The node's lock
/// guards it, so nothing here takes longer the more callers there are.
/// </summary>
internal sealed class FairQueue
{
    private readonly Dictionary<string, Share> _shares = new(StringComparer.Ordinal);
    private readonly LinkedList<Share> _turns = [];

    // The callers with one call, with two, and so on; the first list stays empty.
    private readonly List<LinkedList<Share>> _byCount = [[]];
    private int _count;
    private int _most;

    public void Add(WaitingCall call)
    {
        if (!_shares.TryGetValue(call.Caller, out var share))
        {
            _shares[call.Caller] = share = new Share();
            _turns.AddLast(share.Turn);
        }

        share.Rank.List?.Remove(share.Rank);
        share.Calls.AddLast(call.Place);
        Rank(share);
        _count++;
        _most = Math.Max(_most, share.Calls.Count);
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
        share.Rank.List!.Remove(share.Rank);
        share.Calls.Remove(call.Place);
        if (share.Calls.Count > 0)
        {
            Rank(share);
        }
        else
        {
            _shares.Remove(call.Caller);
            _turns.Remove(share.Turn);
        }

        _count--;
        if (_byCount[_most].Count == 0)
        {
            // Whoever had most has one less now.
            _most--;
        }
    }

    /// <summary>How many of those that wait have their turn before another call of this caller, at most.</summary>
    public int CountBefore(string caller)
    {
        var rounds = CountOf(caller) + 1;
        if (rounds >= _most)
        {
            return _count;
        }

        // Everybody has one turn in each round, as long as it has calls.
        var (before, callers) = (0, _shares.Count);
        for (var round = 1; round <= rounds; round++)
        {
            callers -= _byCount[round - 1].Count;
            before += callers;
        }

        return before;
    }

    /// <summary>The call that gives its place in a full queue to one of this caller: the last of whoever has most. Null when nobody has more.</summary>
    public WaitingCall? FindYielding(string caller) =>
        _most > CountOf(caller) + 1 ? _byCount[_most].First!.Value.Calls.Last!.Value : null;

    private int CountOf(string caller) => _shares.TryGetValue(caller, out var share) ? share.Calls.Count : 0;

    private void Rank(Share share)
    {
        if (share.Calls.Count == _byCount.Count)
        {
            _byCount.Add([]);
        }

        _byCount[share.Calls.Count].AddLast(share.Rank);
    }

    /// <summary>What of the queue is one caller's.</summary>
    private sealed class Share
    {
        public Share() => (Turn, Rank) = (new(this), new(this));

        public LinkedListNode<Share> Turn { get; }

        /// <summary>Its place among those with as many calls.</summary>
        public LinkedListNode<Share> Rank { get; }

        public LinkedList<WaitingCall> Calls { get; } = [];
    }
}

using System.Globalization;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Sessions;

namespace McpGateway.Frontend.Overload;

/// <summary>
/// Lets as many calls to one upstream run at once as it bears; of the others each caller's wait in the order they came. Made by <see cref="NodeGate"/>, which
/// bounds all of them together, and kept as long as the upstream is known, whatever else of it changes.
/// </summary>
internal sealed class UpstreamGate(NodeGate node)
{
    private readonly long[] _refused = new long[Enum.GetValues<BusyReason>().Length];
    private int _waiting;

    private readonly Places _standing = new(0);

    public Places Places { get; } = new(0);

    /// <summary>How long a call was at the upstream.</summary>
    public RecentTime Service { get; } = new();

    /// <summary>The calls that wait. The node's lock guards it.</summary>
    public FairQueue Queue { get; } = new();

    public int QueueLimit { get; private set; }

    public int Running => Places.Taken;

    /// <summary>How many wait; written under the node's lock.</summary>
    public int Waiting
    {
        get => Volatile.Read(ref _waiting);
        set => Interlocked.Exchange(ref _waiting, value);
    }

    public long Refused(BusyReason reason) => Volatile.Read(ref _refused[(int)reason]);

    /// <summary>Takes a place if there is one and nobody waits for it. What every call does while there is no crowd: no lock, nothing allocated.</summary>
    public bool TryEnter()
    {
        // Who waits, for this upstream or for the node, comes first.
        if (Waiting != 0 || node.IsFull || !Places.TryTake())
        {
            return false;
        }

        if (node.Places.TryTake())
        {
            return true;
        }

        Places.Give();
        node.DispatchFor(this);
        return false;
    }

    /// <summary>Waits for a place, not longer than for the upstream itself, and takes it for the call; or says why there will be none in time.</summary>
    /// <param name="caller">Whose call it is: callers have their turns one after the other.</param>
    /// <exception cref="OperationCanceledException">The client cancelled, or is gone.</exception>
    public async ValueTask<RelayOutcome> EnterAsync(RunningCall running, string caller)
    {
        var patience = running.Patience < node.MaxWait ? running.Patience : node.MaxWait;
        if (node.Enqueue(this, caller, patience, out var waiting) is { } reason)
        {
            await node.HoldBackAsync(running.Stop);
            return RefuseUnlessGone(running, reason, patience);
        }

        running.BeginTurn(patience);
        bool hasPlace;
        using (running.Stop.UnsafeRegister(static state => ((WaitingCall)state!).Gate.GiveUp((WaitingCall)state), waiting))
        {
            hasPlace = await waiting!.Task;
        }

        running.EndTurn();
        if (hasPlace)
        {
            running.Occupy(this);
            if (!running.Stop.IsCancellationRequested)
            {
                return default;
            }

            running.Vacate();
        }

        if (running.IsStoppedWithNode)
        {
            return RelayOutcome.Busy("The gateway's node was stopped before the call's turn came. It did not run.", TimeSpan.Zero);
        }

        return RefuseUnlessGone(running, waiting.HasYielded ? BusyReason.UpstreamFull : BusyReason.Waited, patience);
    }

    /// <summary>Gives a place back.</summary>
    /// <param name="took">How long the call had it.</param>
    public void Leave(TimeSpan took)
    {
        Service.Note(took);
        node.Service.Note(took);
        Free();
    }

    /// <summary>Gives a place back for a while.</summary>
    public void Lend() => Free();

    /// <summary>Takes a lent place again, free or not.</summary>
    public void Reclaim()
    {
        Places.TakeAnyway();
        node.Places.TakeAnyway();
    }

    /// <summary>
    /// Takes a place for a request that only waits at the upstream, such as one for the result of a task. It takes no place from those that make
    /// work, but a connection; as many as calls may do so, and none of them waits here.
    /// </summary>
    public bool TryStand() => _standing.TryTake();

    public void LeaveStanding() => _standing.Give();

    public RelayOutcome RefuseStanding()
    {
        Interlocked.Increment(ref _refused[(int)BusyReason.UpstreamFull]);
        return RelayOutcome.Busy(
            string.Create(CultureInfo.InvariantCulture, $"{_standing.Limit} requests wait for its tasks to end, which is as many as the gateway lets."), Service.Mean);
    }

    /// <param name="concurrency">How many calls run at once.</param>
    /// <param name="queue">How many wait.</param>
    public void Resize(int concurrency, int queue)
    {
        Places.Resize(concurrency);
        _standing.Resize(concurrency);
        QueueLimit = queue;
        node.DispatchFor(this);
    }

    /// <summary>How long a call that comes now would wait for its turn here: behind all who wait, each for one of the places to come free.</summary>
    public TimeSpan ExpectedWait => ExpectedWaitBehind(Waiting);

    /// <summary>How long a call would wait that has so many before it.</summary>
    public TimeSpan ExpectedWaitBehind(int waiting) => Service.Mean * (waiting + 1) / Math.Max(Places.Limit, 1);

    private void Free()
    {
        Places.Give();
        node.Places.Give();
        node.DispatchFor(this);
    }

    private void GiveUp(WaitingCall call) => node.GiveUp(call);

    private RelayOutcome RefuseUnlessGone(RunningCall running, BusyReason reason, TimeSpan patience) =>
        running.IsCancelledByClient || running.ClientGone.IsCancellationRequested
            ? throw new OperationCanceledException(running.Stop)
            : Refuse(reason, patience);

    private RelayOutcome Refuse(BusyReason reason, TimeSpan patience)
    {
        Interlocked.Increment(ref _refused[(int)reason]);
        var expected = reason == BusyReason.NodeFull ? node.ExpectedWait : ExpectedWait;
        var detail = reason switch
        {
            BusyReason.NodeFull => string.Create(
                CultureInfo.InvariantCulture, $"This node of the gateway is busy: {node.Places.Limit} calls run and {node.QueueLimit} wait, which is as many as it takes."),
            BusyReason.UpstreamFull => string.Create(
                CultureInfo.InvariantCulture, $"It is busy: {Places.Limit} of its calls run and {QueueLimit} wait, which is as many as the gateway lets."),
            BusyReason.LongWait => string.Create(
                CultureInfo.InvariantCulture, $"It is busy: the call would wait for about {expected.TotalSeconds:0.#} s, and may for {patience.TotalSeconds:0.#} s."),
            _ => string.Create(CultureInfo.InvariantCulture, $"It is busy: the call waited for {patience.TotalSeconds:0.#} s and its turn did not come. It did not run."),
        };
        return RelayOutcome.Busy(detail, expected);
    }
}

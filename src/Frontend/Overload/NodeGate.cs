using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Overload;

/// <summary>
/// How many calls to upstreams run and wait on this node, and whose turn is next: each upstream that has room, in turn, of it each caller, in
/// turn, and of the caller the call that came first. A lock is taken only where calls wait.
/// </summary>
internal sealed class NodeGate(IOptions<OverloadOptions> options, IOptions<UpstreamOptions> upstreams)
{
    // What a refusal that is held back keeps is some kilobytes.
    private const int MaxHeldBack = 1_000;

    private readonly Lock _gate = new();
    private readonly List<UpstreamGate> _crowded = [];
    private int _next;
    private int _waiting;
    private int _isFull;
    private int _heldBack;

    public Places Places { get; } = new(options.Value.MaxConcurrentCalls);

    /// <summary>How long calls were at their upstreams.</summary>
    public RecentTime Service { get; } = new();

    public int QueueLimit => options.Value.MaxQueuedCalls;

    public TimeSpan MaxWait => options.Value.MaxWait;

    public int Running => Places.Taken;

    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>True while calls wait that only lack a place on the node.</summary>
    public bool IsFull => Volatile.Read(ref _isFull) != 0;

    /// <summary>How long a call that comes now would wait for a place on the node.</summary>
    public TimeSpan ExpectedWait => Service.Mean * (Waiting + 1) / Places.Limit;

    /// <summary>Lets a client that is to be refused wait for its answer, where not too many do.</summary>
    public async Task HoldBackAsync(CancellationToken stop)
    {
        if (Interlocked.Increment(ref _heldBack) <= MaxHeldBack)
        {
            await Task.Delay(options.Value.RefusalDelay, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Interlocked.Decrement(ref _heldBack);
    }

    /// <summary>The gate of another upstream.</summary>
    public UpstreamGate Add() => new(this);

    /// <summary>Gives the upstream's gate the limits that its settings and the node's allow: no upstream gets more than half of the node.</summary>
    public void Configure(UpstreamGate gate, UpstreamRoute route)
    {
        var concurrency = Math.Min(route.MaxConcurrency > 0 ? route.MaxConcurrency : options.Value.UpstreamConcurrency, Half(options.Value.MaxConcurrentCalls));
        if (route.Transport == TransportKind.StreamableHttp)
        {
            concurrency = Math.Min(concurrency, upstreams.Value.MaxConnections);
        }
        else if (route.Sharing == SharingMode.Shared)
        {
            // All calls take the same connection, which refuses what is too much for it instead of letting it wait.
            concurrency = Math.Min(concurrency, upstreams.Value.MaxCallsPerConnection);
        }

        gate.Resize(concurrency, Math.Min(options.Value.UpstreamQueue ?? concurrency, Half(options.Value.MaxQueuedCalls)));
    }

    /// <summary>Lets a call wait; or says why it shall not.</summary>
    /// <param name="caller">Whose call it is.</param>
    /// <param name="patience">How long it may wait.</param>
    /// <param name="call">It may have its turn already.</param>
    public BusyReason? Enqueue(UpstreamGate gate, string caller, TimeSpan patience, out WaitingCall? call)
    {
        call = null;
        lock (_gate)
        {
            if (FindObstacle(gate, caller, patience) is { } obstacle)
            {
                return obstacle;
            }

            if (gate.Waiting >= gate.QueueLimit)
            {
                Dismiss(gate.Queue.FindYielding(caller)!);
            }

            call = new WaitingCall(gate, caller);
            gate.Queue.Add(call);
            _waiting++;
            if (gate.Waiting++ == 0)
            {
                _crowded.Add(gate);
            }

            Dispatch();
        }

        return null;
    }

    /// <summary>A call does not want to wait any longer.</summary>
    public void GiveUp(WaitingCall call)
    {
        lock (_gate)
        {
            if (call.Place.List is not null)
            {
                call.Gate.Queue.Remove(call);
                NoteLeft(call.Gate);
                call.TrySetResult(false);
            }
        }
    }

    /// <summary>A place came free: whoever waits for one like it gets it.</summary>
    public void DispatchFor(UpstreamGate gate)
    {
        if (gate.Waiting != 0 || IsFull)
        {
            lock (_gate)
            {
                Dispatch();
            }
        }
    }

    private BusyReason? FindObstacle(UpstreamGate gate, string caller, TimeSpan patience)
    {
        // Who has filled the queue makes room for others: else one caller could have it for itself.
        if (gate.Waiting >= gate.QueueLimit && gate.Queue.FindYielding(caller) is null)
        {
            return BusyReason.UpstreamFull;
        }

        if (Waiting >= QueueLimit)
        {
            return BusyReason.NodeFull;
        }

        var own = gate.ExpectedWaitBehind(gate.Queue.CountBefore(caller));
        var expected = IsFull && ExpectedWait > own ? ExpectedWait : own;
        return expected > patience ? BusyReason.LongWait : null;
    }

    private void Dismiss(WaitingCall call)
    {
        call.HasYielded = true;
        call.Gate.Queue.Remove(call);
        NoteLeft(call.Gate);
        call.TrySetResult(false);
    }

    private void NoteLeft(UpstreamGate gate)
    {
        _waiting--;
        if (--gate.Waiting == 0)
        {
            _crowded.Remove(gate);
        }
    }

    /// <summary>
    /// Gives free places to those who wait. Whoever waits says so before looking for a free place, and whoever frees one does so before looking
    /// for somebody who waits: one of the two sees the other.
    /// </summary>
    private void Dispatch()
    {
        while (FindNext() is >= 0 and var index)
        {
            var gate = _crowded[index];
            if (!TryTakePlace())
            {
                gate.Places.Give();
                return;
            }

            var call = gate.Queue.Take();
            NoteLeft(gate);
            _next = gate.Waiting == 0 ? index : index + 1;
            call.TrySetResult(true);
        }

        Volatile.Write(ref _isFull, 0);
    }

    /// <summary>Which upstream is next, in turn, of those for which calls wait and which have a place: taken for the first of them. Negative for none.</summary>
    private int FindNext()
    {
        for (var tried = 0; tried < _crowded.Count; tried++)
        {
            var index = (_next + tried) % _crowded.Count;
            if (_crowded[index].Places.TryTake())
            {
                return index;
            }
        }

        return -1;
    }

    private bool TryTakePlace()
    {
        if (Places.TryTake())
        {
            return true;
        }

        Interlocked.Exchange(ref _isFull, 1);
        return Places.TryTake();
    }

    private static int Half(int all) => Math.Max(all / 2, 1);
}

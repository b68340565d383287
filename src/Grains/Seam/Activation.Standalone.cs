namespace McpGateway.Grains.Seam;

/// <summary>
/// One living grain: takes work, makes the grain before the first turn, ends it after the last. It is the scheduler of its own turns,
/// so that whatever the grain awaits comes back as a turn (see the other part).
/// </summary>
internal sealed partial class Activation(EmbeddedHost host, ActivationId id) : TaskScheduler, IThreadPoolWorkItem
{
    private enum Phase
    {
        New,
        Activating,
        Active,
        Deactivating,
        Ended,
    }

    // A sweep comes every quarter of the idle time, the first one soon after the last use.
    private const int IdleSweeps = 5;

    [ThreadStatic]
    private static Activation? s_underConstruction;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();

    // All below and the queue of turns: only under the gate.
    private readonly Lock _gate = new();
    private List<(Work? Work, Task Turn)> _parked = [];
    private TaskCompletionSource? _drained;
    private volatile Phase _phase;
    private bool _endOnceActive;
    private int _inUse;
    private int _sweeps;

    public static Activation? UnderConstruction => s_underConstruction;

    public EmbeddedHost Host => host;

    public ActivationId Identity => id;

    public string Key => id.Key;

    public GatewayGrain Grain { get; private set; } = null!;

    /// <summary>Cancelled, in a turn, when the activation begins to end.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public bool HasEnded => _phase == Phase.Ended;

    /// <summary>
    /// Takes the work and, as soon as the grain is ready, runs its turn. False once the activation has ended. While it ends, work waits
    /// for the next one; but as long as its last calls run, it serves other grains, which may well be about one of those calls.
    /// </summary>
    public bool TryAccept(Work work, Task turn)
    {
        lock (_gate)
        {
            if (_phase == Phase.Ended)
            {
                return false;
            }

            if (_turns.Count + _parked.Count < host.Options.MaxQueuedTurns)
            {
                work.Activation = this;
                if (_phase == Phase.Active || (_phase == Phase.Deactivating && _inUse > 0 && IsInATurn))
                {
                    Begin(turn);
                    return true;
                }

                _parked.Add((work, turn));
                if (_phase == Phase.New)
                {
                    _phase = Phase.Activating;
                    RunTurn(ActivateAsync);
                }

                return true;
            }
        }

        work.Fail(new Abstractions.Seam.GrainUnavailableException($"{id} has {host.Options.MaxQueuedTurns} waiting turns."));
        return true;
    }

    /// <summary>Runs the turn of a timer, unless the activation ends. It counts as running, but not as use.</summary>
    public void Tick(Task turn)
    {
        lock (_gate)
        {
            switch (_phase)
            {
                case Phase.Activating:
                    _parked.Add((null, turn));
                    break;
                case Phase.Active:
                    _inUse++;
                    turn.Start(this);
                    break;
            }
        }
    }

    /// <summary>Ends what <see cref="TryAccept"/> or <see cref="Tick"/> began.</summary>
    public void Exit(bool counts = true)
    {
        lock (_gate)
        {
            _sweeps = counts ? 0 : _sweeps;
            if (--_inUse == 0)
            {
                _drained?.TrySetResult();
            }
        }
    }

    private void Begin(Task turn)
    {
        _inUse++;
        _sweeps = 0;
        turn.Start(this);
    }
}

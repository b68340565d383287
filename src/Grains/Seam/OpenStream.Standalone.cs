using McpGateway.Abstractions.Seam;

namespace McpGateway.Grains.Seam;

/// <summary>
/// An enumeration of a grain's stream. Every pull is a turn of the grain; the grain's iterator is disposed in a turn too, when the
/// consumer leaves, cancels or forgets it, or when the activation ends.
/// </summary>
internal sealed partial class OpenStream<T> : AwaitedWork<bool>, IAsyncEnumerator<T>
{
    private enum State
    {
        Idle,
        Pulled,
        Closed,
    }

    private readonly Func<object, CancellationToken, IAsyncEnumerable<T>> _open;
    private readonly CancellationTokenRegistration _onArgument;
    private readonly CancellationTokenRegistration _onEnumerator;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Under the gate. Abandoned: the consumer got its end while the grain still worked on a pull.
    private readonly Lock _gate = new();
    private State _state;
    private Exception? _failure;
    private bool _forgottenOnce;
    private bool _abandoned;

    private bool _dispatched;
    private volatile bool _entered;

    public OpenStream(
        EmbeddedTarget target,
        Func<object, CancellationToken, IAsyncEnumerable<T>> open,
        CancellationToken argumentToken,
        CancellationToken enumeratorToken)
        : base(target)
    {
        _open = open;
        _onArgument = argumentToken.UnsafeRegister(OnCancelled, this);
        _onEnumerator = enumeratorToken.UnsafeRegister(OnCancelled, this);

        static void OnCancelled(object? stream, CancellationToken token) =>
            ((OpenStream<T>)stream!).Close(new OperationCanceledException(token));
    }

    public T Current { get; private set; } = default!;

    public ValueTask<bool> MoveNextAsync()
    {
        lock (_gate)
        {
            if (_state == State.Closed)
            {
                return _failure is { } failure ? ValueTask.FromException<bool>(failure) : new ValueTask<bool>(false);
            }

            _state = State.Pulled;
            _forgottenOnce = false;
            Reset();
            Target.Host.Deadlines.Remove(this);
        }

        var answer = new ValueTask<bool>(this, Version);
        if (_dispatched)
        {
            new Task(static stream => ((OpenStream<T>)stream!).Pull(), this).Start(Activation);
        }
        else
        {
            _dispatched = true;
            Target.Host.Dispatch(this);
        }

        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        Close(failure: null);

        // A grain may ignore that a pull was cancelled, so nobody waits for it then.
        if (_dispatched && !_abandoned)
        {
            await _over.Task.WaitAsync(Target.Host.Options.ResponseTimeout, Target.Host.Time);
        }
    }

    public override void Fail(Exception exception)
    {
        Close(exception);
        _over.TrySetResult();
    }

    // Orleans throws away what nobody pulls for one to two response time-outs; so does this.
    public override void Expire()
    {
        lock (_gate)
        {
            if (_state != State.Idle)
            {
                return;
            }

            if (!_forgottenOnce)
            {
                _forgottenOnce = true;
                Target.Host.Deadlines.Add(this);
                return;
            }
        }

        Close(new GrainStreamBrokenException($"A stream of {Target} was not pulled for too long."));
    }

    /// <summary>
    /// Ends the stream for the consumer at once, and for the grain in a turn. The first reason counts; null is the stream's own end.
    /// </summary>
    private void Close(Exception? failure, bool byGrain = false)
    {
        bool pulled;
        lock (_gate)
        {
            if (_state == State.Closed)
            {
                return;
            }

            pulled = _state == State.Pulled;
            _abandoned = pulled && !byGrain;
            (_state, _failure) = (State.Closed, failure);
            Target.Host.Deadlines.Remove(this);
        }

        _onArgument.Unregister();
        _onEnumerator.Unregister();
        if (pulled && failure is null)
        {
            Answer(false);
        }
        else if (pulled)
        {
            Answer(failure!);
        }

        // Not yet entered: its first turn will see that it is closed.
        if (_entered)
        {
            Activation.RunTurn(EndAsync);
        }
    }
}

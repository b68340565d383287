using McpGateway.Abstractions.Seam;

namespace McpGateway.Grains.Seam;

/// <content>The grain's side: all of it runs in turns of the grain, its side of the cancellation too.</content>
internal sealed partial class OpenStream<T>
{
    private readonly CancellationTokenSource _grainSide = new();
    private CancellationTokenRegistration _onStopping;
    private IAsyncEnumerator<T>? _iterator;
    private Task _pull = Task.CompletedTask;
    private bool _ending;

    public override void Run()
    {
        _entered = true;

        // In the turn that stops it, hence before the grain sees anything of it: whatever the grain makes of it comes too late.
        _onStopping = Activation.Stopping.UnsafeRegister(
            static stream => ((OpenStream<T>)stream!).Close(new GrainStreamBrokenException()), this);
        Pull();
    }

    private void Pull() => _pull = PullAsync();

    private async Task PullAsync()
    {
        if (IsClosed())
        {
            Activation.RunTurn(EndAsync);
            return;
        }

        try
        {
            _iterator ??= _open(Activation.Grain, _grainSide.Token).GetAsyncEnumerator(_grainSide.Token);
            if (!await _iterator.MoveNextAsync())
            {
                Close(failure: null, byGrain: true);
                return;
            }

            Deliver(Target.Host.Passing(_iterator.Current));
        }
        catch (Exception exception)
        {
            Close(exception, byGrain: true);
        }
    }

    private bool IsClosed()
    {
        lock (_gate)
        {
            return _state == State.Closed;
        }
    }

    private void Deliver(T item)
    {
        lock (_gate)
        {
            if (_state == State.Closed)
            {
                return;
            }

            Current = item;
            _state = State.Idle;
            Target.Host.Deadlines.Add(this);
        }

        Answer(true);
    }

    private async Task EndAsync()
    {
        if (_ending)
        {
            return;
        }

        _ending = true;
        Activation.Cancel(_grainSide);
        await _pull;
        try
        {
            if (_iterator is not null)
            {
                await _iterator.DisposeAsync();
            }
        }
        catch (Exception exception)
        {
            Target.Host.LogStreamEndFailed(exception, Target);
        }

        _onStopping.Unregister();
        Activation.Exit();
        _over.TrySetResult();
    }
}

namespace McpGateway.Grains.Seam;

/// <summary>
/// A call on its way: the answer that the caller awaits, ended by whichever comes first of the grain's answer, the response time-out and
/// the caller's cancellation. After the latter two the grain goes on, as with Orleans; if it has not begun, it never will.
/// </summary>
internal abstract class Call<TResult>(EmbeddedTarget target) : AwaitedWork<TResult>(target)
{
    private const int Begun = 1;
    private const int Answered = 2;

    private CancellationTokenRegistration _cancellation;
    private CancellationTokenSource? _grainSide;
    private int _progress;

    /// <summary>The token that the grain gets: cancelled with the caller's, but in a turn.</summary>
    protected CancellationToken GrainSide => _grainSide?.Token ?? CancellationToken.None;

    protected abstract string MethodName { get; }

    public void Start(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            Fail(new OperationCanceledException(cancellationToken));
            return;
        }

        Target.Host.Deadlines.Add(this);
        if (cancellationToken.CanBeCanceled)
        {
            _grainSide = new CancellationTokenSource();
            _cancellation = cancellationToken.UnsafeRegister(static (call, token) => ((Call<TResult>)call!).Cancel(token), this);
        }

        Target.Host.Dispatch(this);
    }

    public override void Run()
    {
        if ((Interlocked.Or(ref _progress, Begun) & Answered) != 0)
        {
            Activation.Exit();
            return;
        }

        try
        {
            var pending = Invoke(Activation.Grain);
            if (pending.IsCompletedSuccessfully)
            {
                End(pending.Result);
            }
            else
            {
                _ = EndAsync(pending);
            }
        }
        catch (Exception exception)
        {
            End(exception);
        }
    }

    public override void Fail(Exception exception)
    {
        if (TryAnswer())
        {
            Answer(exception);
        }
    }

    public override void Expire() =>
        Fail(new TimeoutException($"{Target}.{MethodName} gave no answer within {Target.Host.Options.ResponseTimeout}. It may have run."));

    protected abstract ValueTask<TResult> Invoke(object grain);

    private void Cancel(CancellationToken token)
    {
        Fail(new OperationCanceledException(token));
        if ((Volatile.Read(ref _progress) & Begun) != 0)
        {
            Activation.RunTurn(() => Activation.Cancel(_grainSide!));
        }
    }

    private async Task EndAsync(ValueTask<TResult> pending)
    {
        TResult result;
        try
        {
            result = await pending;
        }
        catch (Exception exception)
        {
            End(exception);
            return;
        }

        End(result);
    }

    private void End(TResult result)
    {
        Activation.Exit();
        if (TryAnswer())
        {
            Answer(result);
        }
    }

    private void End(Exception exception)
    {
        Activation.Exit();
        if (TryAnswer())
        {
            Answer(exception);
        }
        else if (exception is not OperationCanceledException)
        {
            Target.Host.LogLateFailure(exception, Target, MethodName);
        }
    }

    private bool TryAnswer()
    {
        if ((Interlocked.Or(ref _progress, Answered) & Answered) != 0)
        {
            return false;
        }

        Target.Host.Deadlines.Remove(this);
        _cancellation.Unregister();
        return true;
    }
}

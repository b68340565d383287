using McpGateway.Abstractions.Sessions;

namespace McpGateway.Grains.Sessions;

/// <summary>Answers whose client lost the connection, or whose node went: kept until the client has had time to come back.</summary>
internal sealed partial class SessionGrain
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(30);

    private readonly LostAnswers _lost;
    private IDisposable? _looking;

    public ValueTask<bool> KeepAsync(LostAnswer answer, CancellationToken cancellationToken)
    {
        if (_state.Value.EndedUntil is not null || !_lost.TryKeep(answer, Time.GetUtcNow()))
        {
            return ValueTask.FromResult(false);
        }

        _looking ??= RegisterTimer(LookAsync, s_look, s_look);
        return ValueTask.FromResult(true);
    }

    public ValueTask<LostAnswer?> FindLostAsync(string stream, CancellationToken cancellationToken)
    {
        _lost.DropOld(Time.GetUtcNow());
        return ValueTask.FromResult(_lost.Find(stream));
    }

    protected override Task DeactivateAsync(CancellationToken cancellationToken)
    {
        ForgetLost();
        return Task.CompletedTask;
    }

    private Task LookAsync(CancellationToken cancellationToken)
    {
        _lost.DropOld(Time.GetUtcNow());
        StopLooking();
        return Task.CompletedTask;
    }

    private void ForgetLost()
    {
        _lost.Clear();
        StopLooking();
    }

    private void StopLooking()
    {
        if (_lost.IsEmpty)
        {
            _looking?.Dispose();
            _looking = null;
        }
    }
}

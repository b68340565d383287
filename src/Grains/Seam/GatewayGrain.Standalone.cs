using McpGateway.Abstractions.Seam;

namespace McpGateway.Grains.Seam;

internal abstract partial class GatewayGrain
{
    private readonly Activation _activation = Activation.UnderConstruction
        ?? throw new InvalidOperationException("Grains are made by their host; call them through IGrains.");

    private readonly List<Stored> _states = [];

    protected partial string Key => _activation.Key;

    protected partial IGrains Grains => _activation.Host;

    protected partial TimeProvider Time => _activation.Host.Time;

    protected partial IStored<T> State<T>(string name)
        where T : class, new()
    {
        var state = new Stored<T>(_activation, name);
        _states.Add(state);
        return state;
    }

    protected partial IDisposable RegisterTimer(Func<CancellationToken, Task> callback, TimeSpan due, TimeSpan period)
    {
        _activation.CheckTurn();
        return new GrainTimer(_activation, callback, due, period);
    }

    protected partial void DeactivateWhenIdle() => _activation.Deactivate();

    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var state in _states)
        {
            await state.LoadAsync(cancellationToken);
        }

        await ActivateAsync(cancellationToken);
    }

    internal Task EndAsync(CancellationToken cancellationToken) => DeactivateAsync(cancellationToken);
}

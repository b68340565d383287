using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Sessions;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Grains.Seam;
using McpGateway.Storage;

namespace McpGateway.Grains.Sessions;

internal sealed partial class SessionGrain : GatewayGrain, ISessionGrain
{
    private readonly IStored<SessionState> _state;
    private readonly GatewayDatabase _database;

    public SessionGrain(GatewayDatabase database)
    {
        _database = database;
        _state = State<SessionState>("session");
    }

    public ValueTask<SessionFacts> AttachAsync(string node, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new SessionFacts(_state.Value.EndedUntil is not null, _state.Value.LogLevel));

    public async ValueTask EndAsync(DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        if (_state.Value.EndedUntil is not null)
        {
            return;
        }

        var connections = _state.Value.Connections;
        _state.Value = new SessionState { EndedUntil = expiresAt };
        await _state.SaveAsync();
        TellInterests();
        await _database.WriteAsync(
            (_, log, _) =>
            {
                log.Changed(ChangeKind.Session, Key);
                return Task.FromResult(true);
            },
            cancellationToken);
        foreach (var connection in connections)
        {
            await Grains.Get<IConnectionGrain>(connection).CloseAsync("The client ended its session.");
        }
    }

    public async ValueTask SetLogLevelAsync(string level, CancellationToken cancellationToken)
    {
        _state.Value = _state.Value with { LogLevel = level };
        await _state.SaveAsync();
        TellInterests();
    }

    public async ValueTask OwnAsync(string connectionKey, CancellationToken cancellationToken)
    {
        if (!_state.Value.Connections.Contains(connectionKey))
        {
            _state.Value = _state.Value with { Connections = _state.Value.Connections.Add(connectionKey) };
            await _state.SaveAsync();
            TellInterests();
        }
    }
}

using System.Collections.Immutable;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Nodes;
using McpGateway.Abstractions.Sessions;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Grains.Seam;
using McpGateway.Storage;

namespace McpGateway.Grains.Sessions;

internal sealed partial class SessionGrain : GatewayGrain, ISessionGrain
{
    // A load balancer spreads a session over few nodes; of more the oldest are forgotten.
    private const int MaxNodes = 16;

    private readonly List<string> _nodes = [];
    private readonly IStored<SessionState> _state;
    private readonly GatewayDatabase _database;

    public SessionGrain(GatewayDatabase database, LostAnswerRoom room)
    {
        _database = database;
        _lost = new LostAnswers(room);
        _state = State<SessionState>("session");
    }

    public ValueTask<SessionFacts> AttachAsync(string node, CancellationToken cancellationToken)
    {
        _nodes.Remove(node);
        _nodes.Insert(0, node);
        if (_nodes.Count > MaxNodes)
        {
            _nodes.RemoveAt(MaxNodes);
        }

        return ValueTask.FromResult(new SessionFacts(_state.Value.EndedUntil is not null, _state.Value.LogLevel));
    }

    public ValueTask<ImmutableArray<string>> NodesAsync(CancellationToken cancellationToken) => ValueTask.FromResult<ImmutableArray<string>>([.. _nodes]);

    public async ValueTask EndAsync(DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        if (_state.Value.EndedUntil is not null)
        {
            return;
        }

        ForgetLost();
        var connections = _state.Value.Connections;
        _state.Value = new SessionState { EndedUntil = expiresAt };
        await _state.SaveAsync();
        _streams.Clear();
        await TellAllNodesAsync(ChangeKind.Session, cancellationToken);
        foreach (var connection in connections)
        {
            await Grains.Get<IConnectionGrain>(connection).CloseAsync("The client ended its session.");
        }
    }

    public async ValueTask SetLogLevelAsync(string level, CancellationToken cancellationToken)
    {
        _state.Value = _state.Value with { LogLevel = level };
        await _state.SaveAsync();
        // A node that cannot be told is gone, or asks when it serves the session again.
        await Task.WhenAll(_nodes.ToArray().Select(node => TryPostAsync(node, NodeMail.Of(NodeMailKind.LogLevel, Key, default, level))).Append(TellInterestsAsync()));
    }

    public async ValueTask TellRootsChangedAsync(CancellationToken cancellationToken)
    {
        foreach (var connection in _state.Value.Connections)
        {
            await Grains.Get<IConnectionGrain>(connection).TellRootsChangedAsync();
        }
    }

    public async ValueTask<bool> OwnAsync(string connectionKey, CancellationToken cancellationToken)
    {
        if (!_state.Value.Connections.Contains(connectionKey))
        {
            _state.Value = _state.Value with { Connections = _state.Value.Connections.Add(connectionKey) };
            await _state.SaveAsync();
            await TellStreamsAsync();
        }

        return _streams.Count > 0;
    }

    /// <summary>Through the feed.</summary>
    private Task TellAllNodesAsync(ChangeKind change, CancellationToken cancellationToken) => _database.WriteAsync(
        (_, log, _) =>
        {
            log.Changed(change, Key);
            return Task.CompletedTask;
        },
        cancellationToken);
}

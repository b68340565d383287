using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Sessions;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Feed;
using McpGateway.Frontend.Mcp;
using McpGateway.Gateway.Hosting;
using McpGateway.Protocol.Mcp;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Sessions;

/// <summary>
/// The sessions this node serves. A session enters at its first use after initialize, with one question to its grain, and leaves when it
/// ends, was idle too long, or has to make room.
/// </summary>
internal sealed class SessionTable(SessionIds ids, IGrains grains, IOptions<McpOptions> options, NodeName node, TimeProvider time) : IFeedCache
{
    private readonly SessionIndex _sessions = new();

    /// <summary>Opens a session for a client that said initialize. Writes nothing and keeps nothing.</summary>
    public string Open(string serverId, CallerIdentity owner, ProtocolRevision revision, ClientCapabilities capabilities) =>
        ids.Open(serverId, owner.Key, revision, capabilities);

    /// <summary>Opens a session of a 2024-11-05 client, which is its stream and lives on this node alone.</summary>
    public (string Text, ClientSession Session) OpenStream(string serverId, CallerIdentity owner, EventStream stream)
    {
        var text = Open(serverId, owner, ProtocolRevision.November2024, ClientCapabilities.None);
        var session = new ClientSession(ids.Read(text, serverId, owner.Key)!, serverId, owner, logLevel: null);
        session.Attach(stream);
        session.Touch(time.GetTimestamp());
        _sessions.GetOrAdd(session);
        return (text, session);
    }

    /// <summary>The stream of a 2024-11-05 client is over, and its session with it.</summary>
    public void CloseStream(ClientSession session)
    {
        _sessions.Remove(session);
        session.Dispose();
    }

    /// <summary>The session of a request; null for one that is unknown, foreign, expired or ended: 404 for all of them.</summary>
    public ValueTask<ClientSession?> FindAsync(string text, string serverId, CallerIdentity caller, CancellationToken cancellationToken)
    {
        if (ids.Read(text, serverId, caller.Key) is not { } id || id.OpenedAt + options.Value.SessionLifetime < time.GetUtcNow())
        {
            return default;
        }

        if (_sessions.TryGet(id.Key, out var session))
        {
            session.Touch(time.GetTimestamp());
            return new ValueTask<ClientSession?>(session.IsEnded ? null : session);
        }

        return AttachAsync(id, serverId, caller, cancellationToken);
    }

    /// <summary>Ends a session everywhere: on this node at once, on the others through the feed.</summary>
    public async ValueTask EndAsync(ClientSession session, CancellationToken cancellationToken)
    {
        session.Close();
        await grains.Get<ISessionGrain>(session.Id.Key).EndAsync(session.Id.OpenedAt + options.Value.SessionLifetime, cancellationToken);
    }

    /// <summary>The sessions with an open stream.</summary>
    public IEnumerable<ClientSession> Listening() =>
        _sessions.All.Where(session => session.Stream is not null && !session.IsEnded);

    public int Count => _sessions.Count;

    /// <summary>Ends what was idle too long and forgets what has ended.</summary>
    public async ValueTask SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var session in _sessions.All)
        {
            if (session.IsEnded)
            {
                _sessions.Remove(session);
            }
            else if (!session.IsBusy && time.GetElapsedTime(session.LastUse) > options.Value.SessionIdle)
            {
                await EndAsync(session, cancellationToken);
                _sessions.Remove(session);
            }
        }
    }

    /// <summary>Ends all streams, for shutdown; the sessions themselves go on elsewhere.</summary>
    public void Drain()
    {
        foreach (var session in _sessions.All)
        {
            session.Stream?.Complete();
        }
    }

    public void Apply(Change change)
    {
        switch (change.Kind)
        {
            case ChangeKind.Session when _sessions.TryGet(change.Key, out var session):
                session.Close();
                break;
            case ChangeKind.Token or ChangeKind.Principal:
                // The rights behind an open stream changed: it ends, and the client asks to be let in again.
                foreach (var affected in _sessions.All.Where(session => session.Owner.IsOutdatedBy(change)))
                {
                    affected.Stream?.Complete();
                }

                break;
            default:
                break;
        }
    }

    public void Reset()
    {
        // Whether a session ended meanwhile is asked again at its next request; quiet ones lose nothing.
        foreach (var session in _sessions.All.Where(static session => !session.IsBusy))
        {
            _sessions.Remove(session);
        }
    }

    private async ValueTask<ClientSession?> AttachAsync(SessionId id, string serverId, CallerIdentity caller, CancellationToken cancellationToken)
    {
        var facts = await grains.Get<ISessionGrain>(id.Key).AttachAsync(node.Value, cancellationToken);
        if (facts.Ended)
        {
            return null;
        }

        MakeRoom(caller);
        var session = _sessions.GetOrAdd(new ClientSession(id, serverId, caller, facts.LogLevel));
        session.Touch(time.GetTimestamp());
        return session.IsEnded ? null : session;
    }

    /// <summary>
    /// Drops the longest unused sessions from memory (they are not ended: their next request attaches them again). A tenth at a time, so
    /// that not every newcomer has them gone through.
    /// </summary>
    private void MakeRoom(CallerIdentity caller)
    {
        if (_sessions.Count >= options.Value.MaxSessions)
        {
            DropOldest(_sessions.All, Math.Max(1, options.Value.MaxSessions / 10));
        }

        if (_sessions.OfCrowded(caller.Key, options.Value.MaxSessionsPerPrincipal) is { Length: > 0 } own)
        {
            DropOldest(own, Math.Max(1, options.Value.MaxSessionsPerPrincipal / 10));
        }
    }

    private void DropOldest(IEnumerable<ClientSession> sessions, int count)
    {
        foreach (var session in sessions.Where(static session => !session.IsBusy).OrderBy(static session => session.LastUse).Take(count).ToList())
        {
            _sessions.Remove(session);
        }
    }
}

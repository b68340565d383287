using System.Text;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Nodes;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Sessions;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Feed;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Nodes;
using McpGateway.Gateway.Telemetry;
using McpGateway.Protocol.Mcp;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Sessions;

/// <summary>
/// The sessions this node serves. A session enters at its first use after initialize, with one question to its grain, and leaves when it
/// ends, was idle too long, or has to make room.
/// </summary>
internal sealed class SessionTable(
    SessionIds ids, IGrains grains, NodePost post, KeptAnswers kept, IOptions<McpOptions> options, TimeProvider time) : IFeedCache
{
    // Hand-overs at a time when the node drains.
    private const int MaxHandOvers = 32;

    private readonly SessionIndex _sessions = new();

    /// <summary>Opens a session for a client that said initialize. Writes nothing and keeps nothing.</summary>
    public string Open(string serverId, CallerIdentity owner, ProtocolRevision revision, ClientCapabilities capabilities) =>
        ids.Open(serverId, owner.Key, revision, capabilities);

    /// <summary>
    /// Opens a session of a 2024-11-05 client, which is its stream and lives on this node alone. Its grain learns the node, so that messages
    /// posted elsewhere find it.
    /// </summary>
    public async ValueTask<(string Text, ClientSession Session)> OpenStreamAsync(
        string serverId, CallerIdentity owner, EventStream stream, CancellationToken cancellationToken)
    {
        var text = Open(serverId, owner, ProtocolRevision.November2024, ClientCapabilities.None);
        var session = new ClientSession(text, ids.Read(text, serverId, owner.Key)!, serverId, owner, logLevel: null, kept, time);
        session.Attach(stream);
        session.Touch(time.GetTimestamp());
        await grains.Get<ISessionGrain>(session.Id.Key).AttachAsync(post.Self, cancellationToken);
        _sessions.GetOrAdd(session);
        return (text, session);
    }

    /// <summary>The stream of a 2024-11-05 client is over, and its session with it, wherever something is kept of it.</summary>
    public async ValueTask CloseStreamAsync(ClientSession session)
    {
        _sessions.Remove(session);
        session.Close();
        try
        {
            if (session.IsStored)
            {
                await EndAsync(session, CancellationToken.None);
            }
        }
        catch (Exception exception) when (GrainFailure.IsTransient(exception))
        {
            // Nobody has its id any more: what is kept of it is of no use, and does no harm.
        }

        session.Dispose();
    }

    /// <summary>The session of a request; null for one that is unknown, foreign, expired or ended: 404 for all of them.</summary>
    public ValueTask<ClientSession?> FindAsync(string text, string serverId, CallerIdentity caller, CancellationToken cancellationToken)
    {
        if (_sessions.TryGetByText(text, out var known))
        {
            return new(known.IsFor(serverId, caller) && IsInTime(known.Id) ? Use(known) : null);
        }

        if (ids.Read(text, serverId, caller.Key) is not { } id || !IsInTime(id))
        {
            return default;
        }

        return _sessions.TryGet(id.Key, out var session) ? new(Use(session)) : AttachAsync(text, id, serverId, caller, cancellationToken);
    }

    /// <summary>A session that this node serves; null when it does not.</summary>
    public ClientSession? Peek(string key) => _sessions.TryGet(key, out var session) ? session : null;

    /// <summary>Other nodes that serve the session, or did.</summary>
    public async ValueTask<IReadOnlyList<string>> OtherNodesAsync(ClientSession session, CancellationToken cancellationToken)
    {
        var nodes = await grains.Get<ISessionGrain>(session.Id.Key).NodesAsync(cancellationToken);
        return [.. nodes.Where(other => !post.IsSelf(other))];
    }

    /// <summary>An answer that a node handed over because the session's client, or the node itself, was gone; null for none.</summary>
    public ValueTask<LostAnswer?> FindLostAsync(ClientSession session, string stream, CancellationToken cancellationToken) =>
        grains.Get<ISessionGrain>(session.Id.Key).FindLostAsync(stream, cancellationToken);

    /// <summary>Cancels a request of the session, on whichever node it runs; one that runs on none is over.</summary>
    public async ValueTask CancelAsync(ClientSession session, string requestId, CancellationToken cancellationToken)
    {
        if (!session.TryCancel(requestId))
        {
            await PostAsync(session, NodeMail.Of(NodeMailKind.Cancel, session.Id.Key, Encoding.UTF8.GetBytes(requestId)), cancellationToken);
        }
    }

    /// <summary>The client's roots changed: upstreams with which it has a session are told, whichever node serves it.</summary>
    public ValueTask TellRootsChangedAsync(ClientSession session, CancellationToken cancellationToken) =>
        grains.Get<ISessionGrain>(session.Id.Key).TellRootsChangedAsync(cancellationToken);

    /// <summary>Posts a mail to the session's other nodes; false when there is none that takes it.</summary>
    public async ValueTask<bool> PostAsync(ClientSession session, NodeMail mail, CancellationToken cancellationToken)
    {
        var isTaken = false;
        foreach (var other in await OtherNodesAsync(session, cancellationToken))
        {
            isTaken |= await post.SendAsync(other, mail, cancellationToken);
        }

        return isTaken;
    }

    /// <summary>Ends a session everywhere: on this node at once, on the others through the feed.</summary>
    public async ValueTask EndAsync(ClientSession session, CancellationToken cancellationToken)
    {
        if (session.Close() && GatewayTelemetry.ServerSession.Enabled)
        {
            GatewayTelemetry.ServerSession.Record(
                (time.GetUtcNow() - session.Id.OpenedAt).TotalSeconds, KeyValuePair.Create("mcp.protocol.version", (object?)session.Revision.Text()));
        }

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
            session.DropStreams();
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

    /// <summary>
    /// Ends all streams, for shutdown; the sessions themselves go on elsewhere, and what is kept of their answers, now or when a call that
    /// still runs has ended, goes there too.
    /// </summary>
    public Task DrainAsync()
    {
        kept.IsDraining = true;
        foreach (var session in _sessions.All)
        {
            session.Stream?.Complete();
        }

        return Parallel.ForEachAsync(
            _sessions.All, new ParallelOptions { MaxDegreeOfParallelism = MaxHandOvers }, static async (session, _) => await session.Answers.HandOverAsync());
    }

    /// <summary>Ends the calls that still run with an answer that says so.</summary>
    public void StopCalls()
    {
        foreach (var session in _sessions.All)
        {
            session.StopCalls();
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

    private bool IsInTime(SessionId id) => id.OpenedAt + options.Value.SessionLifetime >= time.GetUtcNow();

    /// <summary>Null when it has ended.</summary>
    private ClientSession? Use(ClientSession session)
    {
        session.Touch(time.GetTimestamp());
        return session.IsEnded ? null : session;
    }

    private async ValueTask<ClientSession?> AttachAsync(string text, SessionId id, string serverId, CallerIdentity caller, CancellationToken cancellationToken)
    {
        var facts = await grains.Get<ISessionGrain>(id.Key).AttachAsync(post.Self, cancellationToken);
        if (facts.Ended)
        {
            return null;
        }

        MakeRoom(caller);
        return Use(_sessions.GetOrAdd(new ClientSession(text, id, serverId, caller, facts.LogLevel, kept, time)));
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

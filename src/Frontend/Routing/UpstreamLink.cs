using System.Collections.Concurrent;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Overload;
using McpGateway.Gateway.Metering;
using McpGateway.Gateway.Routing;
using McpGateway.Gateway.Upstreams;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Routing;

/// <summary>What this node needs to call one upstream: replaced whole when the upstream changes.</summary>
internal sealed class UpstreamLink
{
    // Sessions of long gone owners are dropped together when there are so many; their upstream sessions live on and are asked for again.
    private const int MaxSessions = 50_000;

    private static long s_lastId;

    private readonly ConcurrentDictionary<string, HeldSession> _sessions;

    public UpstreamLink(UpstreamRoute route, UpstreamHeader[] headers, CallSeries series, UpstreamGate gate)
        : this(route, headers, series, gate, new(StringComparer.Ordinal))
    {
    }

    private UpstreamLink(UpstreamRoute route, UpstreamHeader[] headers, CallSeries series, UpstreamGate gate, ConcurrentDictionary<string, HeldSession> sessions)
    {
        Gate = gate;
        Route = route;
        Headers = headers;
        Series = series;
        _sessions = sessions;
        Uri = route.Url is null ? null : new Uri(route.Url);
        Features = UpstreamFeatures.Read(route.Capabilities);
        HasCompletions = Features.Declares("completions") || IsBeforeCompletions(route.ProtocolVersion);
    }

    public UpstreamRoute Route { get; }

    /// <summary>Headers with our credentials.</summary>
    public UpstreamHeader[] Headers { get; }

    /// <summary>Where its calls get their turns.</summary>
    public UpstreamGate Gate { get; }

    public Uri? Uri { get; }

    public CallSeries Series { get; }

    /// <summary>True when the upstream completes arguments. Revision 2024-11-05 has no word for it, so its servers are asked.</summary>
    public bool HasCompletions { get; }

    /// <summary>True when the upstream sends logs and can be told which.</summary>
    public bool HasLogging => Features.Declares("logging");

    /// <summary>What the upstream declares.</summary>
    public UpstreamFeatures Features { get; }

    /// <summary>True when calls of it may become tasks, in the form of its own generation.</summary>
    public bool HasTasks => IsModern ? Features.HasTasksExtension : Features.HasCoreTasks;

    /// <summary>True when the upstream tells of updated resources to those who ask.</summary>
    public bool HasSubscriptions => Features.HasSubscriptions;

    public bool IsModern => Route.Era == Era.Modern;

    public bool IsDirect => Route.Transport == TransportKind.StreamableHttp;

    /// <summary>An id that no other call of this node to an upstream has.</summary>
    public static long NextId() => Interlocked.Increment(ref s_lastId);

    /// <summary>The same connections under another description of the same upstream.</summary>
    public UpstreamLink With(UpstreamRoute route) => new(route, Headers, Series, Gate, _sessions);

    /// <summary>The upstream session of a connection, as far as this node knows it; asked for by whoever is about to use it.</summary>
    public string? SessionOf(string owner)
    {
        if (!_sessions.TryGetValue(owner, out var session))
        {
            return null;
        }

        session.NoteUse();
        return session.Id;
    }

    /// <summary>The upstream sessions that this node would use without asking.</summary>
    public IEnumerable<KeyValuePair<string, HeldSession>> Sessions => _sessions;

    /// <param name="connection">The key of the connection's grain.</param>
    public void Remember(string owner, string sessionId, string connection)
    {
        if (_sessions.Count >= MaxSessions)
        {
            _sessions.Clear();
        }

        _sessions[owner] = new HeldSession(sessionId, connection);
    }

    public void Forget(string owner) => _sessions.TryRemove(owner, out _);

    /// <summary>Forgets a session, unless another one has taken its place.</summary>
    public void Forget(string owner, HeldSession session) => _sessions.TryRemove(KeyValuePair.Create(owner, session));

    private static bool IsBeforeCompletions(string? version) =>
        ProtocolRevisions.TryParse(version, out var revision) && !revision.HasAudioAndAnnotations();
}

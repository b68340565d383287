using McpGateway.Frontend.Access;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Sessions;

/// <summary>A legacy client's session as this node serves it. Everything that must outlive the node is in its grain or its id.</summary>
internal sealed class ClientSession : IDisposable
{
    // So long a client that lost its general stream has to come back.
    private static readonly TimeSpan s_untilDropped = TimeSpan.FromMinutes(5);

    // Made when they are needed: there are ten thousands of sessions, most of which do nothing.
    private readonly Lock _gate = new();
    private Dictionary<string, RunningCall>? _running;
    private HashSet<string>? _connections;

    private readonly CancellationTokenSource _ended = new();
    private readonly TimeProvider _time;
    private readonly string _serverId;
    private readonly CallerIdentity _owner;
    private EventStream? _stream;
    private long _lastUse;
    private int _closed;

    /// <param name="text">The id as the client holds it, of which <paramref name="id"/> is what it says.</param>
    public ClientSession(string text, SessionId id, string serverId, CallerIdentity owner, string? logLevel, KeptAnswers kept, TimeProvider time)
    {
        Text = text;
        (_time, Answers) = (time, new AnswerStreams(id.Key, kept, time));
        (Id, _serverId, _owner, LogLevel, Revision, Capabilities) = (id, serverId, owner, logLevel, id.Revision, id.Capabilities);
        Ended = _ended.Token;
    }

    public SessionId Id { get; }

    /// <summary>The id as the client holds it.</summary>
    public string Text { get; }

    /// <summary>
    /// The revision negotiated at initialize. Its id says the same, but for a session over HTTP+SSE, which is opened by the stream, before
    /// initialize comes on it.
    /// </summary>
    public ProtocolRevision Revision { get; set; }

    /// <summary>What the client declared at initialize; like the revision, not in the id where the stream comes first.</summary>
    public ClientCapabilities Capabilities { get; set; }

    public string ServerId => _serverId;

    /// <summary>Who opened it; the same key in every request, possibly with newer rights.</summary>
    public string OwnerKey => _owner.Key;

    /// <summary>Who opened it, with the rights of that time.</summary>
    public CallerIdentity Owner => _owner;

    /// <summary>What <c>logging/setLevel</c> set; null before.</summary>
    public string? LogLevel { get; set; }

    /// <summary>The session is over: 404 from now on.</summary>
    public bool IsEnded => Volatile.Read(ref _closed) != 0;

    /// <summary>Fires when the session is over.</summary>
    public CancellationToken Ended { get; }

    public int RunningCount
    {
        get
        {
            lock (_gate)
            {
                return _running?.Count ?? 0;
            }
        }
    }

    /// <summary>Timestamp of the last request.</summary>
    public long LastUse => Volatile.Read(ref _lastUse);

    /// <summary>
    /// The stream for what belongs to no request; null while the client has none. One whose client lost the connection stays for a while.
    /// </summary>
    public EventStream? Stream => Volatile.Read(ref _stream);

    /// <summary>The streams of answers.</summary>
    public AnswerStreams Answers { get; }

    /// <summary>True while it must not be dropped from memory.</summary>
    public bool IsBusy => Stream is not null || RunningCount > 0 || !Answers.IsEmpty;

    /// <summary>Whether this caller may use the session at this virtual server: the same that its id is sealed for.</summary>
    public bool IsFor(string serverId, CallerIdentity caller) =>
        string.Equals(_serverId, serverId, StringComparison.Ordinal) && string.Equals(OwnerKey, caller.Key, StringComparison.Ordinal);

    public void Touch(long timestamp) => Volatile.Write(ref _lastUse, timestamp);

    /// <summary>Takes the place of the stream that was open before, which ends.</summary>
    public void Attach(EventStream stream)
    {
        if (Interlocked.Exchange(ref _stream, stream) is { } before && before != stream)
        {
            before.Complete();
        }
    }

    public void Detach(EventStream stream) => Interlocked.CompareExchange(ref _stream, null, stream);

    /// <summary>A stream of this session by the name in its event ids: the general one, or that of an answer.</summary>
    public EventStream? FindStream(string id) =>
        Stream is { } general && string.Equals(general.Id, id, StringComparison.Ordinal) ? general : Answers.Find(id);

    /// <summary>Forgets what no client came back for.</summary>
    public void DropStreams()
    {
        Answers.DropOld();
        if (Stream is { EndedAt: { } since } general && _time.GetElapsedTime(since) > s_untilDropped)
        {
            general.Complete();
            Detach(general);
        }
    }

    /// <summary>Notes a call that may be cancelled; false when the client uses the id of one that still runs.</summary>
    public bool TryBegin(string requestId, RunningCall call)
    {
        lock (_gate)
        {
            return (_running ??= new(StringComparer.Ordinal)).TryAdd(requestId, call);
        }
    }

    public void End(string requestId)
    {
        lock (_gate)
        {
            _running?.Remove(requestId);
        }
    }

    /// <summary>True when this node did not yet know that the session owns this connection.</summary>
    public bool NoteConnection(string key)
    {
        lock (_gate)
        {
            return (_connections ??= new(StringComparer.Ordinal)).Add(key);
        }
    }

    /// <summary>The session's grain keeps something of it, as far as this node knows.</summary>
    public bool IsStored
    {
        get
        {
            lock (_gate)
            {
                return LogLevel is not null || HasSubscribed || _connections is not null;
            }
        }
    }

    /// <summary>The client has asked to hear of updated resources.</summary>
    public bool HasSubscribed { get; set; }

    /// <summary>Cancels the call with this JSON-RPC id; false for one that is over, or was never made here.</summary>
    public bool TryCancel(string requestId)
    {
        RunningCall? call;
        lock (_gate)
        {
            call = _running?.GetValueOrDefault(requestId);
        }

        call?.CancelByClient();
        return call is not null;
    }

    /// <summary>Ends the session here: its stream closes, its calls are cancelled. False when it was over already.</summary>
    public bool Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return false;
        }

        _ended.Cancel();
        Interlocked.Exchange(ref _stream, null)?.Complete();
        Answers.Clear();
        foreach (var call in Running())
        {
            call.CancelByClient();
        }

        return true;
    }

    /// <summary>This node is about to go and cannot wait any longer: its calls end with an answer that says so.</summary>
    public void StopCalls()
    {
        foreach (var call in Running())
        {
            call.StopWithNode();
        }
    }

    public void Dispose()
    {
        Close();
        _ended.Dispose();
    }

    private RunningCall[] Running()
    {
        lock (_gate)
        {
            return _running is null ? [] : [.. _running.Values];
        }
    }
}

using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Sessions;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Questions;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Tasks;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>
/// Listens for one event stream of a legacy session: asks what the session wants to hear of whenever that may have changed, and tells the
/// stream no faster than the client reads.
/// </summary>
internal sealed partial class SessionWatcher : IAsyncDisposable
{
    // Beyond that many unread messages updates wait, so that a flood of them does not cost the client its stream.
    private const int MaxBacklog = 64;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_askAgain = TimeSpan.FromSeconds(50);
    private const int AskSpreadSeconds = 20;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _leaving = new();
    private readonly PendingUpdates _updates = new();
    private readonly ISessionGrain _grain;
    private readonly string _node;
    private readonly long _number;
    private readonly EventStream _stream;
    private readonly TaskBridge _tasks;
    private readonly Func<SessionWatcher, CancellationToken, ValueTask> _align;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile SessionInterests? _interests;
    private long _askedAt;
    private int _isUnsure;
    private int _isStale;
    private bool _isWoken;
    private bool _isWorking;
    private Task _working = Task.CompletedTask;

    /// <param name="number">Names the stream among those of the node.</param>
    /// <param name="align">Has <see cref="Listeners"/> listen to what <see cref="Interests"/> say.</param>
    public SessionWatcher(
        ISessionGrain grain,
        string node,
        long number,
        ClientSession session,
        EventStream stream,
        Admission admission,
        ListenerFactory listeners,
        StreamQuestions questions,
        TaskBridge tasks,
        Func<SessionWatcher, CancellationToken, ValueTask> align,
        TimeProvider time,
        ILogger logger)
    {
        (_grain, _node, _number, Session, Caller, _stream, _tasks, _align, _time, _logger) =
            (grain, node, number, session, admission.Identity, stream, tasks, align, time, logger);
        Listeners = listeners.ForStream(Caller.ToCaller(admission.Address, $"session {session.Id.Key}"), new WatchEars(
            TakeUpdate, TakeNotice, (connection, question) => questions.Take(session, stream, Caller, connection, question)));
    }

    public ClientSession Session { get; }

    /// <summary>Whose stream it is, with the rights it was opened with: it ends when they change.</summary>
    public CallerIdentity Caller { get; }

    /// <summary>What the session wants to hear of; null before it is known.</summary>
    public SessionInterests? Interests => _interests;

    public ConnectionListeners Listeners { get; }

    /// <summary>
    /// The session's grain was asked some time ago. Grains do not store who listens: one that was lost with its silo learns it again then.
    /// Streams that began together do not go on asking together.
    /// </summary>
    public bool IsDue => _time.GetElapsedTime(Volatile.Read(ref _askedAt)) >= s_askAgain + TimeSpan.FromSeconds(_number % AskSpreadSeconds);

    /// <summary>What the session wants to hear of may have changed, or its grain forgotten who listens.</summary>
    public void Ask()
    {
        Volatile.Write(ref _askedAt, _time.GetTimestamp());
        Volatile.Write(ref _isUnsure, 1);
        Wake();
    }

    /// <summary>What the session wants to hear of may lead elsewhere now.</summary>
    public void Realign()
    {
        Volatile.Write(ref _isStale, 1);
        Wake();
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await LastWork();
        await StopListeningAsync();
        await Listeners.DisposeAsync();
        _leaving.Dispose();
    }

    /// <summary>Runs only while there is something to do: a stream that is quiet shall cost as little as it can.</summary>
    private async Task WorkAsync()
    {
        try
        {
            while (TakeWork())
            {
                if (Interlocked.Exchange(ref _isUnsure, 0) != 0)
                {
                    await TryAsync(AskAsync, Ask);
                }

                if (Interlocked.Exchange(ref _isStale, 0) != 0)
                {
                    await TryAsync(AlignAsync, Realign);
                }

                await TellAsync();
            }
        }
        catch (Exception) when (_leaving.IsCancellationRequested)
        {
            // The stream is closed, and what was under way ended as it could.
        }
    }

    /// <summary>Null of a session that has ended: its stream ends by itself.</summary>
    private async ValueTask AskAsync()
    {
        if (await _grain.ListenAsync(_node, _number, _leaving.Token) is { } interests && !AreSame(interests, _interests))
        {
            _interests = interests;
            Session.LogLevel = interests.LogLevel;
            Realign();
        }
    }

    private ValueTask AlignAsync() => _align(this, _leaving.Token);

    /// <param name="again">What has it tried again, after a pause.</param>
    private async Task TryAsync(Func<ValueTask> work, Action again)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (!_leaving.IsCancellationRequested)
        {
            LogBroken(_logger, Session.Id.Key, exception);
            await Task.Delay(s_retry, _time, _leaving.Token);
            again();
        }
    }

    private async Task StopListeningAsync()
    {
        try
        {
            await _grain.StopListeningAsync(_node, _number, CancellationToken.None).AsTask().WaitAsync(s_farewell, _time);
        }
        catch (Exception exception) when (GrainFailure.IsTransient(exception))
        {
            // Then it finds that nobody takes its mail.
            LogBroken(_logger, Session.Id.Key, exception);
        }
    }

    private static bool AreSame(SessionInterests one, SessionInterests? other) =>
        other is not null
        && string.Equals(one.LogLevel, other.LogLevel, StringComparison.Ordinal)
        && one.Subscriptions.SequenceEqual(other.Subscriptions, StringComparer.Ordinal)
        && one.Connections.SequenceEqual(other.Connections, StringComparer.Ordinal);

    private async Task TellAsync()
    {
        while (_updates.Take(MaxBacklog) is { Count: > 0 } updated)
        {
            foreach (var uri in updated)
            {
                _stream.TrySend(SubscriptionMessages.ResourceUpdated(uri));
            }

            while (_stream.Backlog > 0)
            {
                await Task.Delay(s_pause, _time, _leaving.Token);
            }
        }
    }

    private void TakeUpdate(string watched, string uri)
    {
        // A watch that is being replaced may still bring what the client has unsubscribed from.
        if (_interests?.Subscriptions.Contains(watched) == true)
        {
            _updates.Add(watched, uri);
            Wake();
        }
    }

    private void TakeNotice(string connection, ReadOnlyMemory<byte> message)
    {
        if (_stream.Backlog >= MaxBacklog || EnvelopeScanner.Scan(message.Span, out var envelope) != EnvelopeFault.None)
        {
            return;
        }

        var isWanted = envelope.Method == McpMethod.NotificationTasksStatus
            ? Session.Revision.HasCoreTasks()
            : !envelope.Level.IsPresent || LogLevels.Passes(JsonStringBytes.GetString(envelope.Level.Slice(message.Span)), Session.LogLevel);
        if (isWanted && ConnectionKey.Parse(connection) is { } key)
        {
            _stream.TrySend(_tasks.ToClient(Session, Caller, key.UpstreamId, message, envelope));
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            if (!_isWorking && !_leaving.IsCancellationRequested)
            {
                _isWorking = true;
                _working = Task.Run(WorkAsync);
            }
        }
    }

    private bool TakeWork()
    {
        lock (_gate)
        {
            _isWorking = _isWoken && !_leaving.IsCancellationRequested;
            _isWoken = false;
            return _isWorking;
        }
    }

    /// <summary>Once it is being left nothing begins any more.</summary>
    private Task LastWork()
    {
        lock (_gate)
        {
            return _working;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "What session {Session} wants to hear of cannot be asked at the moment; it is tried again")]
    private static partial void LogBroken(ILogger logger, string session, Exception exception);
}

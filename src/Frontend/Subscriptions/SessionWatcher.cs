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
/// Listens for one event stream of a legacy session: follows what the session wants to hear of, wherever it says so, and tells the
/// stream no faster than the client reads.
/// </summary>
internal sealed partial class SessionWatcher : IAsyncDisposable
{
    // Beyond that many unread messages updates wait, so that a flood of them does not cost the client its stream.
    private const int MaxBacklog = 64;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _leaving = new();
    private readonly PendingUpdates _updates = new();
    private readonly ISessionGrain _grain;
    private readonly EventStream _stream;
    private readonly TaskBridge _tasks;
    private readonly Func<SessionWatcher, CancellationToken, ValueTask> _align;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile SessionInterests? _interests;
    private int _isStale;
    private bool _isWoken;
    private bool _isWorking;
    private Task _working = Task.CompletedTask;
    private Task _following = Task.CompletedTask;

    /// <param name="align">Has <see cref="Listeners"/> listen to what <see cref="Interests"/> say.</param>
    public SessionWatcher(
        ISessionGrain grain,
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
        (_grain, Session, Caller, _stream, _tasks, _align, _time, _logger) = (grain, session, admission.Identity, stream, tasks, align, time, logger);
        Listeners = listeners.ForStream(Caller.ToCaller(admission.Address, $"session {session.Id.Key}"), new WatchEars(
            TakeUpdate, TakeNotice, (connection, question) => questions.Take(session, stream, Caller, connection, question)));
    }

    public ClientSession Session { get; }

    /// <summary>Whose stream it is, with the rights it was opened with: it ends when they change.</summary>
    public CallerIdentity Caller { get; }

    /// <summary>What the session wants to hear of; null before it is known.</summary>
    public SessionInterests? Interests => _interests;

    public ConnectionListeners Listeners { get; }

    public void Start() => _following = FollowAsync();

    /// <summary>What the session wants to hear of may lead elsewhere now.</summary>
    public void Realign()
    {
        Volatile.Write(ref _isStale, 1);
        Wake();
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _following;
        await LastWork();
        await Listeners.DisposeAsync();
        _leaving.Dispose();
    }

    /// <summary>Follows the session's interests, through whatever breaks the way to its grain, until the session ends.</summary>
    private async Task FollowAsync()
    {
        while (!_leaving.IsCancellationRequested)
        {
            try
            {
                await foreach (var interests in _grain.WatchAsync(_leaving.Token))
                {
                    _interests = interests;
                    Session.LogLevel = interests.LogLevel;
                    Realign();
                }

                return;
            }
            catch (Exception exception) when (!_leaving.IsCancellationRequested)
            {
                LogBroken(_logger, Session.Id.Key, exception);
            }
            catch (Exception)
            {
                // However the stream ends when it is left.
                return;
            }

            await Task.WhenAny(Task.Delay(s_retry, _time, _leaving.Token));
        }
    }

    /// <summary>Runs only while there is something to do: a stream that is quiet shall cost as little as it can.</summary>
    private async Task WorkAsync()
    {
        try
        {
            while (TakeWork())
            {
                if (Interlocked.Exchange(ref _isStale, 0) != 0 && !await TryAlignAsync())
                {
                    await Task.Delay(s_retry, _time, _leaving.Token);
                    Realign();
                }

                await TellAsync();
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The stream is closed.
        }
    }

    private async Task<bool> TryAlignAsync()
    {
        try
        {
            await _align(this, _leaving.Token);
            return true;
        }
        catch (Exception exception) when (GrainFailure.IsTransient(exception))
        {
            LogBroken(_logger, Session.Id.Key, exception);
            return false;
        }
    }

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

    [LoggerMessage(Level = LogLevel.Debug, Message = "What session {Session} wants to hear of cannot be followed at the moment; it is tried again")]
    private static partial void LogBroken(ILogger logger, string session, Exception exception);
}

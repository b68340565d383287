using System.Collections.Immutable;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Nodes;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Sessions;
using McpGateway.Frontend.Feed;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Nodes;
using McpGateway.Frontend.Questions;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Tasks;
using McpGateway.Gateway.Routing;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>Brings to the event streams of legacy sessions on this node what their upstreams say beside the answers to calls.</summary>
internal sealed class SessionWatchers : INodeMailHandler, IFeedCache, IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ImmutableArray<SessionWatcher>> _open = new(StringComparer.Ordinal);
    private readonly ITimer _timer;
    private readonly IGrains _grains;
    private readonly NodePost _post;
    private readonly ServerTable _servers;
    private readonly McpGate _gate;
    private readonly ResourceTargets _targets;
    private readonly ListenerFactory _listeners;
    private readonly StreamQuestions _questions;
    private readonly TaskBridge _tasks;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _lastNumber;

    public SessionWatchers(
        IGrains grains,
        NodePost post,
        ServerTable servers,
        McpGate gate,
        ResourceTargets targets,
        ListenerFactory listeners,
        StreamQuestions questions,
        TaskBridge tasks,
        TimeProvider time,
        ILogger<SessionWatchers> logger)
    {
        (_grains, _post, _servers, _gate, _targets, _listeners, _questions, _tasks, _time, _logger) =
            (grains, post, servers, gate, targets, listeners, questions, tasks, time, logger);
        servers.Replaced += OnReplaced;
        _timer = time.CreateTimer(_ => AskOfOld(), null, s_look, s_look);
    }

    public IReadOnlyList<NodeMailKind> Kinds { get; } = [NodeMailKind.Interests];

    /// <summary>How many streams are listened for.</summary>
    public int Count => Watchers(static _ => true).Count;

    /// <summary>Listens for a session's stream until disposed.</summary>
    public IAsyncDisposable Begin(ClientSession session, EventStream stream, Admission admission)
    {
        var grain = _grains.Get<ISessionGrain>(session.Id.Key);
        var watcher = new SessionWatcher(
            grain, _post.Self, Interlocked.Increment(ref _lastNumber), session, stream, admission, _listeners, _questions, _tasks, AlignAsync, _time, _logger);
        lock (_lock)
        {
            _open[session.Id.Key] = WatchersOf(session.Id.Key).Add(watcher);
        }

        watcher.Ask();
        return new Watching(this, watcher);
    }

    /// <summary>What a session wants to hear of changed.</summary>
    public void Handle(NodeMail mail) => Ask(mail.Key);

    public void Apply(Change change)
    {
        if (change.Kind == ChangeKind.SessionInterests)
        {
            Ask(change.Key);
        }
    }

    public void Reset()
    {
        // All ask within a minute; at once they would be a crowd, just when silos are back.
    }

    public void Dispose() => _timer.Dispose();

    private void Ask(string session)
    {
        ImmutableArray<SessionWatcher> watchers;
        lock (_lock)
        {
            watchers = WatchersOf(session);
        }

        foreach (var watcher in watchers)
        {
            watcher.Ask();
        }
    }

    private void AskOfOld()
    {
        foreach (var watcher in Watchers(static watcher => watcher.IsDue))
        {
            watcher.Ask();
        }
    }

    private ImmutableArray<SessionWatcher> WatchersOf(string session) => _open.TryGetValue(session, out var watchers) ? watchers : [];

    private List<SessionWatcher> Watchers(Func<SessionWatcher, bool> isWanted)
    {
        var wanted = new List<SessionWatcher>();
        lock (_lock)
        {
            foreach (var (_, watchers) in _open)
            {
                foreach (var watcher in watchers)
                {
                    if (isWanted(watcher))
                    {
                        wanted.Add(watcher);
                    }
                }
            }
        }

        return wanted;
    }

    private void Forget(SessionWatcher watcher)
    {
        lock (_lock)
        {
            var left = WatchersOf(watcher.Session.Id.Key).Remove(watcher);
            if (left.IsEmpty)
            {
                _open.Remove(watcher.Session.Id.Key);
            }
            else
            {
                _open[watcher.Session.Id.Key] = left;
            }
        }
    }

    private async ValueTask AlignAsync(SessionWatcher watcher, CancellationToken cancellationToken)
    {
        var (caller, session, interests) = (watcher.Caller, watcher.Session, watcher.Interests);
        List<ConnectionWish> wishes = [];
        if (interests is not null
            && await _servers.GetAsync(session.ServerId, cancellationToken) is { } server
            && McpGate.MayUse(caller, server.Header))
        {
            var view = await _gate.ViewAsync(caller, server, cancellationToken);
            wishes = await _targets.FindAsync(new Watcher(caller, session, session.Capabilities, server, view), interests.Subscriptions, cancellationToken);
            wishes = await _targets.AddUnaskedAsync(wishes, session, interests.Connections, cancellationToken);
        }

        watcher.Listeners.Align(wishes);
    }

    private void OnReplaced(ServerModel before, ServerModel? after)
    {
        foreach (var watcher in Watchers(watcher => ChangeAudience.Concerns(before.Header.ServerId, watcher.Session.ServerId, watcher.Caller)))
        {
            watcher.Realign();
        }
    }

    private sealed class Watching(SessionWatchers watchers, SessionWatcher watcher) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            watchers.Forget(watcher);
            await watcher.DisposeAsync();
        }
    }
}

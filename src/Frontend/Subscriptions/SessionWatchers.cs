using System.Collections.Concurrent;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Sessions;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Questions;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Tasks;
using McpGateway.Gateway.Routing;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>Brings to the event streams of legacy sessions on this node what their upstreams say beside the answers to calls.</summary>
internal sealed class SessionWatchers
{
    private readonly ConcurrentDictionary<SessionWatcher, byte> _open = new();
    private readonly IGrains _grains;
    private readonly ServerTable _servers;
    private readonly McpGate _gate;
    private readonly ResourceTargets _targets;
    private readonly ListenerFactory _listeners;
    private readonly StreamQuestions _questions;
    private readonly TaskBridge _tasks;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public SessionWatchers(
        IGrains grains,
        ServerTable servers,
        McpGate gate,
        ResourceTargets targets,
        ListenerFactory listeners,
        StreamQuestions questions,
        TaskBridge tasks,
        TimeProvider time,
        ILogger<SessionWatchers> logger)
    {
        (_grains, _servers, _gate, _targets, _listeners, _questions, _tasks, _time, _logger) =
            (grains, servers, gate, targets, listeners, questions, tasks, time, logger);
        servers.Replaced += OnReplaced;
    }

    /// <summary>How many streams are listened for.</summary>
    public int Count => _open.Count;

    /// <summary>Listens for a session's stream until disposed.</summary>
    public IAsyncDisposable Begin(ClientSession session, EventStream stream, Admission admission)
    {
        var grain = _grains.Get<ISessionGrain>(session.Id.Key);
        var watcher = new SessionWatcher(grain, session, stream, admission, _listeners, _questions, _tasks, AlignAsync, _time, _logger);
        _open[watcher] = 0;
        watcher.Start();
        return new Watching(this, watcher);
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
        foreach (var (watcher, _) in _open)
        {
            if (ChangeAudience.Concerns(before.Header.ServerId, watcher.Session.ServerId, watcher.Caller))
            {
                watcher.Realign();
            }
        }
    }

    private sealed class Watching(SessionWatchers watchers, SessionWatcher watcher) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            watchers._open.TryRemove(watcher, out _);
            await watcher.DisposeAsync();
        }
    }
}

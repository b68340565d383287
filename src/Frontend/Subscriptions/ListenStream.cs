using System.Text.Json;
using System.Threading.Channels;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Access;
using McpGateway.Gateway.Routing;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>
/// One open <c>subscriptions/listen</c>. What it has to tell is kept as a state and not as a queue: a client that reads slowly hears of
/// many changes once, and costs no memory meanwhile.
/// </summary>
internal sealed class ListenStream(string serverId, string place, CallerIdentity caller, ChangedLists lists, ServerModel admittedTo)
{
    private readonly Channel<byte> _signal = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _gate = new();
    private readonly Dictionary<string, JsonElement> _tasks = new(StringComparer.Ordinal);
    private ServerModel _seen = admittedTo;
    private int _changed;

    public string ServerId => serverId;

    /// <summary>Under which key it counts towards the limit of open streams.</summary>
    public string Place => place;

    /// <summary>Who listens, with the rights of the last look.</summary>
    public CallerIdentity Caller { get; set; } = caller;

    /// <summary>Ready when there is something to do; completed when the stream shall end.</summary>
    public ChannelReader<byte> Signal => _signal.Reader;

    /// <summary>Goes on to a newer model. Gives the one that the client has known until then; null when this one is not newer.</summary>
    public ServerModel? Advance(ServerModel model)
    {
        // The feed and the stream's own look at the server come here at the same time.
        lock (_gate)
        {
            var seen = _seen;
            if (model.Header.AsOf <= seen.Header.AsOf)
            {
                return null;
            }

            _seen = model;
            return seen;
        }
    }

    /// <summary>Says that lists changed; those that the client did not ask for are left out.</summary>
    public void Tell(ChangedLists changed)
    {
        changed &= lists;
        if (changed != ChangedLists.None)
        {
            Interlocked.Or(ref _changed, (int)changed);
            Wake();
        }
    }

    /// <summary>Resources whose updates are to be told.</summary>
    public PendingUpdates Updates { get; } = new();

    /// <summary>A resource was updated: the one that the client asked for, or one below it.</summary>
    public void TellUpdated(string watched, string uri)
    {
        Updates.Add(watched, uri);
        Wake();
    }

    /// <summary>Says what a task is now.</summary>
    public void TellTask(string taskId, JsonElement task)
    {
        lock (_gate)
        {
            _tasks[taskId] = task;
        }

        Wake();
    }

    /// <summary>The tasks of which there is something to tell, once.</summary>
    public IReadOnlyCollection<JsonElement> TakeTasks()
    {
        lock (_gate)
        {
            if (_tasks.Count == 0)
            {
                return [];
            }

            JsonElement[] tasks = [.. _tasks.Values];
            _tasks.Clear();
            return tasks;
        }
    }

    /// <summary>The lists whose changes are to be told, once.</summary>
    public ChangedLists TakeChanged() => (ChangedLists)Interlocked.Exchange(ref _changed, 0);

    /// <summary>Has the stream look again at what it may tell.</summary>
    public void Wake() => _signal.Writer.TryWrite(0);

    /// <summary>Ends the stream in good order.</summary>
    public void Complete() => _signal.Writer.TryComplete();
}

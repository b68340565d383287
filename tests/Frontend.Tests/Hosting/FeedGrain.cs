using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Seam;

namespace McpGateway.Frontend.Tests.Hosting;

/// <summary>A change feed that speaks only when a test lets it.</summary>
internal sealed class FeedGrain : IChangesGrain
{
    private readonly Lock _gate = new();
    private readonly List<Change> _changes = [];
    private readonly List<Channel<ChangeBatch>> _watchers = [];
    private long _lastId;

    /// <summary>The position each subscription asked for, in order.</summary>
    public List<long> Subscriptions { get; } = [];

    /// <summary>While set, subscribing fails.</summary>
    public Exception? Fault { get; set; }

    /// <summary>The next subscription is told that entries were lost.</summary>
    public bool ResetNext { get; set; }

    public int Watchers
    {
        get
        {
            lock (_gate)
            {
                return _watchers.Count;
            }
        }
    }

    public long Publish(ChangeKind kind, string key)
    {
        lock (_gate)
        {
            var change = new Change(++_lastId, kind, key);
            _changes.Add(change);
            Send(new ChangeBatch(_lastId, false, [change]));
            return _lastId;
        }
    }

    public void Heartbeat()
    {
        lock (_gate)
        {
            Send(new ChangeBatch(_lastId, false, []));
        }
    }

    /// <summary>Something was written, but nobody is told before they ask.</summary>
    public void PublishUnheard(ChangeKind kind, string key)
    {
        lock (_gate)
        {
            _changes.Add(new Change(++_lastId, kind, key));
        }
    }

    /// <summary>Ends every stream as the death of its node would.</summary>
    public void Break()
    {
        lock (_gate)
        {
            foreach (var watcher in _watchers)
            {
                watcher.Writer.Complete(new GrainStreamBrokenException());
            }

            _watchers.Clear();
        }
    }

    public async IAsyncEnumerable<ChangeBatch> WatchAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Fault is { } fault)
        {
            throw fault;
        }

        var channel = Subscribe(after);
        try
        {
            await foreach (var batch in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return batch;
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(channel);
            }
        }
    }

    public ValueTask NudgeAsync() => ValueTask.CompletedTask;

    private Channel<ChangeBatch> Subscribe(long after)
    {
        lock (_gate)
        {
            Subscriptions.Add(after);
            var channel = Channel.CreateUnbounded<ChangeBatch>();
            ImmutableArray<Change> missed = after < 0 ? [] : [.. _changes.Where(change => change.Id > after)];
            channel.Writer.TryWrite(new ChangeBatch(_lastId, ResetNext, missed));
            ResetNext = false;
            _watchers.Add(channel);
            return channel;
        }
    }

    private void Send(ChangeBatch batch)
    {
        foreach (var watcher in _watchers)
        {
            watcher.Writer.TryWrite(batch);
        }
    }
}

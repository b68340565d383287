using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace McpGateway.Dashboard.Tests.Hosting;

/// <summary>A grain's stream as its watchers see it: everybody gets what is sent, and it can be cut.</summary>
internal sealed class Broadcast<T>
{
    private readonly Lock _lock = new();
    private readonly List<Channel<T>> _watchers = [];

    public int Watchers
    {
        get
        {
            lock (_lock)
            {
                return _watchers.Count;
            }
        }
    }

    public int Opened { get; private set; }

    public void Send(T item)
    {
        lock (_lock)
        {
            _watchers.ForEach(watcher => watcher.Writer.TryWrite(item));
        }
    }

    /// <summary>Ends every stream, as the death of the grain's silo does.</summary>
    public void Cut(Exception? reason = null)
    {
        lock (_lock)
        {
            _watchers.ForEach(watcher => watcher.Writer.TryComplete(reason));
        }
    }

    public async IAsyncEnumerable<T> WatchAsync(Func<T> first, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<T>();
        T picture;
        lock (_lock)
        {
            _watchers.Add(channel);
            Opened++;
            picture = first();
        }

        try
        {
            yield return picture;
            await foreach (var item in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return item;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.Remove(channel);
            }
        }
    }
}

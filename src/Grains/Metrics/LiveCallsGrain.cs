using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using McpGateway.Abstractions.Metrics;
using McpGateway.Grains.Seam;

namespace McpGateway.Grains.Metrics;

internal sealed class LiveCallsGrain : GatewayGrain, ILiveCallsGrain
{
    private const int Kept = 200;

    private readonly Queue<CallReport> _last = new(Kept);
    private readonly List<Channel<ImmutableArray<CallReport>>> _watchers = [];

    public ValueTask<bool> ReportAsync(ImmutableArray<CallReport> calls, CancellationToken cancellationToken)
    {
        if (!calls.IsDefaultOrEmpty)
        {
            foreach (var call in calls.Length > Kept ? calls.Skip(calls.Length - Kept) : calls)
            {
                if (_last.Count == Kept)
                {
                    _last.Dequeue();
                }

                _last.Enqueue(call);
            }

            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(calls);
            }
        }

        return ValueTask.FromResult(_watchers.Count > 0);
    }

    public async IAsyncEnumerable<ImmutableArray<CallReport>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var watcher = Channel.CreateBounded<ImmutableArray<CallReport>>(new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest });
        _watchers.Add(watcher);
        try
        {
            yield return [.. _last];
            await foreach (var calls in watcher.Reader.ReadAllAsync(cancellationToken))
            {
                yield return calls;
            }
        }
        finally
        {
            _watchers.Remove(watcher);
        }
    }
}

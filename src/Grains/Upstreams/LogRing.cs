using System.Collections.Immutable;
using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Grains.Upstreams;

/// <summary>The last lines. Safe from any thread: processes are read outside of turns.</summary>
internal sealed class LogRing(int capacity)
{
    private readonly Queue<UpstreamLogLine> _lines = new();

    public void Add(UpstreamLogLine line)
    {
        lock (_lines)
        {
            if (_lines.Count == capacity)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line);
        }
    }

    public ImmutableArray<UpstreamLogLine> Read()
    {
        lock (_lines)
        {
            return [.. _lines];
        }
    }

    /// <summary>Takes all lines away.</summary>
    public ImmutableArray<UpstreamLogLine> Drain()
    {
        lock (_lines)
        {
            ImmutableArray<UpstreamLogLine> taken = [.. _lines];
            _lines.Clear();
            return taken;
        }
    }
}

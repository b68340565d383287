using System.Collections.Immutable;
using McpGateway.Abstractions.Metrics;

namespace McpGateway.Dashboard.Model;

/// <summary>The last calls, and how many there were in each ten seconds of the last five minutes. Not thread-safe.</summary>
internal sealed class CallHistory
{
    /// <summary>Calls that are listed.</summary>
    public const int Listed = 50;

    /// <summary>Bins of the chart: five minutes, and the ten seconds that are still filling.</summary>
    public const int Bins = 31;

    /// <summary>The length of a bin.</summary>
    public static readonly TimeSpan BinLength = TimeSpan.FromSeconds(10);

    // A stream that is opened anew begins with its last calls, most of which are here already. As many are remembered as a grain may send.
    private const int Remembered = 1000;

    private readonly Queue<CallReport> _order = new();
    private readonly HashSet<CallReport> _known = [];
    private readonly List<(long Number, CallReport Call)> _listed = [];
    private readonly SortedDictionary<long, (int Succeeded, int Failed)> _bins = [];
    private long _numbers;

    /// <summary>Adds what was not there yet; answers whether anything was new.</summary>
    /// <param name="mayRepeat">True for the first item of a stream.</param>
    public bool Add(ImmutableArray<CallReport> calls, bool mayRepeat, DateTimeOffset now)
    {
        var added = false;
        foreach (var call in calls)
        {
            // Two calls may be equal in every field; outside of repeats each counts.
            if (!_known.Add(call) && mayRepeat)
            {
                continue;
            }

            added = true;
            _order.Enqueue(call);
            _listed.Add((++_numbers, call));
            Count(call);
        }

        if (added)
        {
            Trim(now);
        }

        return added;
    }

    /// <summary>The listed calls, newest first.</summary>
    public ImmutableArray<CallRow> Rows(Func<string, string> nameOfServer)
    {
        var rows = ImmutableArray.CreateBuilder<CallRow>(_listed.Count);
        for (var i = _listed.Count - 1; i >= 0; i--)
        {
            var (number, call) = _listed[i];
            rows.Add(new CallRow(
                number, call.At, call.Method, call.Name, nameOfServer(call.VirtualServerId), call.Principal, call.Failed, call.Milliseconds));
        }

        return rows.MoveToImmutable();
    }

    /// <summary>The bins of the five minutes up to now, oldest first; the last one is still filling.</summary>
    public ImmutableArray<CallBin> Chart(DateTimeOffset now)
    {
        var last = IndexOf(now);
        var bins = ImmutableArray.CreateBuilder<CallBin>(Bins);
        for (var index = last - Bins + 1; index <= last; index++)
        {
            _bins.TryGetValue(index, out var count);
            bins.Add(new CallBin(new DateTimeOffset(index * BinLength.Ticks, TimeSpan.Zero), count.Succeeded, count.Failed));
        }

        return bins.MoveToImmutable();
    }

    private static long IndexOf(DateTimeOffset at) => at.UtcTicks / BinLength.Ticks;

    private void Count(CallReport call)
    {
        var index = IndexOf(call.At);
        _bins.TryGetValue(index, out var count);
        _bins[index] = call.Failed ? (count.Succeeded, count.Failed + 1) : (count.Succeeded + 1, count.Failed);
    }

    private void Trim(DateTimeOffset now)
    {
        // Nodes report in batches of their own, so calls arrive slightly out of order.
        _listed.Sort(static (a, b) => a.Call.At.CompareTo(b.Call.At) is var order and not 0 ? order : a.Number.CompareTo(b.Number));
        if (_listed.Count > Listed)
        {
            _listed.RemoveRange(0, _listed.Count - Listed);
        }

        while (_order.Count > Remembered)
        {
            _known.Remove(_order.Dequeue());
        }

        var oldest = IndexOf(now) - Bins;
        while (_bins.Count > 0 && _bins.Keys.First() is var first && first < oldest)
        {
            _bins.Remove(first);
        }
    }
}

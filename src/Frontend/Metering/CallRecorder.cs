using System.Collections.Concurrent;
using System.Diagnostics;
using McpGateway.Abstractions.Metrics;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Gateway.Metering;
using McpGateway.Gateway.Routing;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Metering;

/// <summary>Counts every call in its series and, while somebody watches, tells the live view. No lock, no I/O.</summary>
internal sealed class CallRecorder(CallMeter meter, OverheadMeter overhead, TimeProvider time)
{
    // What does not fit until the next report is not shown; the counts have it.
    private const int MaxReports = 200;

    private readonly ConcurrentQueue<CallReport> _reports = new();
    private volatile bool _isWatched;
    private long _lastCall;

    /// <summary>When a call was last counted, in UTC ticks; 0 for never.</summary>
    public long LastCallTicks => Volatile.Read(ref _lastCall);

    /// <summary>Whether somebody watches calls as they happen; set by the flusher.</summary>
    public bool IsWatched
    {
        get => _isWatched;
        set => _isWatched = value;
    }

    /// <summary>Counts a call, and where its time went.</summary>
    /// <param name="exchange">The request that it began with.</param>
    public void Record(McpExchange exchange, UpstreamCall call, in RelayOutcome outcome)
    {
        Record(exchange, call.Route, call.Link, outcome);
        if (!exchange.IsUncounted)
        {
            overhead.Record(call.Timer.Times(exchange.Clock, outcome.Waited));
        }
    }

    /// <param name="route">What was called; null for what concerns no item.</param>
    public void Record(McpExchange exchange, ItemRoute? route, UpstreamLink link, in RelayOutcome outcome)
    {
        if (exchange.IsUncounted)
        {
            return;
        }

        var microseconds = (long)(Stopwatch.GetElapsedTime(exchange.Clock.StartedAt) - outcome.Waited).TotalMicroseconds;
        var now = time.GetUtcNow();
        exchange.Trace?.Ended(outcome);
        Volatile.Write(ref _lastCall, now.UtcTicks);
        route?.Series.Record(microseconds, outcome.Result, now.UtcTicks);
        exchange.Server.Series.Record(microseconds, outcome.Result, now.UtcTicks);
        link.Series.Record(microseconds, outcome.Result, now.UtcTicks);
        exchange.Caller.CallsIn(meter)?.Record(microseconds, outcome.Result, now.UtcTicks);
        if (_isWatched && _reports.Count < MaxReports)
        {
            _reports.Enqueue(new CallReport(
                now,
                McpMethods.Name(exchange.Envelope.Method),
                route?.Entry.ExposedName ?? link.Route.Name,
                exchange.Server.Header.ServerId,
                link.Route.Id,
                exchange.Caller.Rights.PrincipalName,
                outcome.Result != CallResult.Succeeded,
                microseconds / 1000.0));
        }
    }

    /// <summary>The calls since the last report. One caller at a time.</summary>
    public IReadOnlyList<CallReport> TakeReports()
    {
        var reports = new List<CallReport>();
        while (reports.Count < MaxReports && _reports.TryDequeue(out var report))
        {
            reports.Add(report);
        }

        return reports;
    }
}

using System.Diagnostics;
using McpGateway.Frontend.Relay;
using McpGateway.Gateway.Metering;
using McpGateway.Gateway.Upstreams;

namespace McpGateway.Frontend.Telemetry;

/// <summary>
/// Adds up where the time of a call goes, over all that is sent to the upstream for it. A part of the call, which has one flow: no locks,
/// and nothing allocated.
/// </summary>
internal struct CallTimer()
{
    private readonly long _beganAt = Stopwatch.GetTimestamp();
    private long _queue;
    private long _connect;
    private long _firstByte;
    private long _upstream;

    /// <summary>The call has waited for its turn.</summary>
    public void Queued(long since) => _queue += Stopwatch.GetTimestamp() - since;

    /// <summary>A session was opened, or found, at the upstream.</summary>
    public void Connected(long since)
    {
        var time = Stopwatch.GetTimestamp() - since;
        _connect += time;
        _upstream += time;
    }

    /// <summary>The head of an HTTP answer came, or the connection failed.</summary>
    public void Answered(UpstreamRequest request, long since)
    {
        var now = Stopwatch.GetTimestamp();
        var sentAt = request.Content is PooledContent { SentAt: > 0 and var at } ? at : now;
        var connectingAt = request.ConnectingAt is > 0 and var begun && begun < sentAt ? begun : sentAt;
        _queue += connectingAt - since;
        _connect += sentAt - connectingAt;
        _firstByte += now - sentAt;
        _upstream += now - connectingAt;
    }

    /// <summary>A message of the answer was read, or waited for; over a connection without HTTP the first one is the first byte.</summary>
    /// <param name="waited">How much of the time went to questions to the client.</param>
    public void Read(long since, TimeSpan waited)
    {
        var time = Math.Max(Stopwatch.GetTimestamp() - since - (long)(waited.TotalSeconds * Stopwatch.Frequency), 0);
        _upstream += time;
        if (_firstByte == 0)
        {
            _firstByte = time;
        }
    }

    /// <summary>The call's time until now.</summary>
    /// <param name="waited">How long the client was asked something.</param>
    public readonly CallTimes Times(in CallClock clock, TimeSpan waited)
    {
        var total = Stopwatch.GetTimestamp() - clock.StartedAt - (long)(waited.TotalSeconds * Stopwatch.Frequency);
        var receiving = clock.ReceivedAt - clock.AdmittedAt;
        return new CallTimes(
            clock.AdmittedAt - clock.StartedAt,
            _beganAt - clock.ReceivedAt,
            _queue,
            _connect,
            _firstByte,
            _upstream,
            Math.Max(total - receiving - _upstream, 0),
            Math.Max(total, 0));
    }
}

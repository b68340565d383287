using System.Diagnostics;
using System.Net;
using McpGateway.Abstractions.Metrics;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Overload;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Telemetry;
using McpGateway.Gateway.Metering;
using McpGateway.Gateway.Upstreams;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;
using McpGateway.Protocol.Sse;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace McpGateway.Micro;

/// <summary>
/// The steps of a warm call that touch every byte or happen every time, each on its own and with what it needs made beforehand. The
/// benchmarks time them; a test holds what they allocate against <c>allocations.json</c>. Each answers a number that shows it did its work.
/// </summary>
internal sealed class HotPath
{
    private const int SinkCapacity = 16 * 1024;

    private readonly byte[] _call =
        """{"jsonrpc":"2.0","id":1001,"method":"tools/call","params":{"name":"search_issues","arguments":{"query":"anything","limit":10},"_meta":{"progressToken":7}}}"""u8.ToArray();

    private readonly byte[] _result =
        """{"jsonrpc":"2.0","id":"g-77","result":{"content":[{"type":"text","text":"A line that says what was found, as long as such lines are."}],"isError":false}}"""u8.ToArray();

    private readonly byte[] _events =
        ("event: message\nid: 5\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":7,\"progress\":1}}\n\n"u8.ToArray()
        .Concat("event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"done\"}]}}\n\n"u8.ToArray())).ToArray();

    private readonly byte[] _largeEvent =
    [
        .. "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\""u8,
        .. Enumerable.Repeat((byte)'x', 64 * 1024),
        .. "\"}]}}\n\n"u8,
    ];

    private readonly byte[] _ownId = "77"u8.ToArray();
    private readonly byte[] _name = "\"search-issues\""u8.ToArray();
    private readonly PooledBuffer _sink = new(SinkCapacity);
    private readonly SseEventSplitter _splitter = new();
    private readonly CallMeter _meter = new();
    private readonly CallSeries[] _series;
    private readonly UpstreamGate _gate = new NodeGate(Options.Create(new OverloadOptions()), Options.Create(new UpstreamOptions())).Add();
    private readonly RunningCall _running = new(TimeSpan.FromDays(1), TimeProvider.System, CancellationToken.None);
    private readonly RequestAuthenticator _authenticator;
    private readonly DefaultHttpContext _request;
    private readonly OverheadMeter _overhead = new();
    private readonly UpstreamRequest _upstreamRequest = new(HttpMethod.Post, null);
    private readonly McpExchange _exchange;
    private long _now = 1;

    public HotPath()
    {
        _gate.Resize(concurrency: 1, queue: 0);
        _series = [_meter.For(SeriesKind.Tool, "tool"), _meter.For(SeriesKind.VirtualServer, "server"), _meter.For(SeriesKind.Upstream, "upstream")];
        (_authenticator, var token) = OneToken.Create();
        _request = new DefaultHttpContext();
        _ = EnvelopeScanner.Scan(_call, out var envelope);
        _exchange = new McpExchange(default, _call, envelope, ProtocolRevision.November2025, session: null, new HttpReply(_request))
        {
            Headers = _request.Request.Headers,
            RequestId = "1",
            Clock = CallClock.Now(),
        };
        _request.Connection.RemoteIpAddress = IPAddress.Loopback;
        _request.Request.Headers.Authorization = $"Bearer {token}";
        // The first use of a token asks its grain.
        var first = _authenticator.AuthenticateAsync(_request).AsTask().GetAwaiter().GetResult();
        if (!first.IsAuthenticated)
        {
            throw new InvalidOperationException($"The token is not good: {first.Status}.");
        }
    }

    /// <summary>By name, as in <c>allocations.json</c>.</summary>
    public IReadOnlyDictionary<string, Func<int>> Steps => new Dictionary<string, Func<int>>
    {
        ["envelope scan"] = EnvelopeScan,
        ["splice of a request"] = Splice,
        ["splice of a result"] = ResultSplice,
        ["SSE relay of two events"] = SseRelay,
        ["SSE relay of an event of 64 KB"] = LargeSseRelay,
        ["token check"] = TokenCheck,
        ["counters"] = Counters,
        ["place at the upstream"] = Place,
        ["stages of a call"] = Stages,
        ["trace context"] = Context,
    };

    /// <summary>Finds method, id, name and metadata of a call.</summary>
    public int EnvelopeScan()
    {
        _ = EnvelopeScanner.Scan(_call, out var envelope);
        return (int)envelope.Method;
    }

    /// <summary>Gives a call another id, another name and another progress token.</summary>
    public int Splice()
    {
        _ = EnvelopeScanner.Scan(_call, out var envelope);
        using var edits = SpliceList.Rent();
        edits.ReplaceId(envelope, _ownId);
        edits.Add(envelope.Name, _name);
        edits.ReplaceProgressToken(envelope, _ownId);
        _sink.Clear();
        edits.ApplyTo(_call, _sink);
        return _sink.Length;
    }

    /// <summary>Reads a result, gives it the caller's id and what the modern revision demands.</summary>
    public int ResultSplice()
    {
        _ = ResultScanner.Scan(_result, out var scan);
        using var edits = SpliceList.Rent();
        edits.EditResult(_result, scan, new ResultEdit { Id = _ownId, ResultTypeIfAbsent = "\"complete\""u8, ServerInfo = """{"name":"s","version":"1"}"""u8 });
        _sink.Clear();
        edits.ApplyTo(_result, _sink);
        return _sink.Length;
    }

    /// <summary>Takes two events apart, reads their messages and writes them as events again.</summary>
    public int SseRelay()
    {
        _splitter.Push(_events);
        _sink.Clear();
        var messages = 0;
        for (var item = _splitter.Read(); item.Kind != SseItemKind.None; item = _splitter.Read())
        {
            _ = EnvelopeScanner.Scan(item.Data, out var envelope);
            EventWriter.Write(_sink, item.Data);
            messages += envelope.Kind == MessageKind.None ? 0 : 1;
        }

        return messages;
    }

    /// <summary>Takes an event apart that comes in several pieces, and writes its message as an event again.</summary>
    public int LargeSseRelay()
    {
        var taken = 0;
        for (var at = 0; at < _largeEvent.Length;)
        {
            var room = _splitter.GetMemory(SinkCapacity).Span;
            var length = Math.Min(room.Length, _largeEvent.Length - at);
            _largeEvent.AsSpan(at, length).CopyTo(room);
            _splitter.Advance(length);
            at += length;
            if (_splitter.Read().Kind == SseItemKind.Event)
            {
                _sink.Clear();
                EventWriter.Write(_sink, _splitter.Data.Span);
                taken = _sink.Length;
            }
        }

        // Nothing is left: the block goes back.
        _splitter.Read();
        return taken;
    }

    /// <summary>Authenticates a request with a token that is known.</summary>
    public int TokenCheck()
    {
        var answer = _authenticator.AuthenticateAsync(_request);
        return answer is { IsCompletedSuccessfully: true, Result.IsAuthenticated: true } ? 1 : 0;
    }

    /// <summary>Takes a place at the upstream and on the node, and gives both back.</summary>
    public int Place()
    {
        var isIn = _running.TryOccupy(_gate);
        _running.Vacate();
        return isIn ? 1 : 0;
    }

    /// <summary>Counts one call in its four series.</summary>
    public int Counters()
    {
        _now++;
        foreach (var series in _series)
        {
            series.Record(63, CallResult.Succeeded, _now);
        }

        _meter.For(SeriesKind.Token, "token").Record(63, CallResult.Succeeded, _now);
        return 1;
    }

    /// <summary>Measures a call's stages and counts them.</summary>
    public int Stages()
    {
        var timer = new CallTimer();
        timer.Answered(_upstreamRequest, Stopwatch.GetTimestamp());
        timer.Read(Stopwatch.GetTimestamp(), TimeSpan.Zero);
        _overhead.Record(timer.Times(_exchange.Clock, TimeSpan.Zero));
        return 1;
    }

    /// <summary>What traces and metrics cost a call of which nobody is told: two questions, and a look for a context to pass on.</summary>
    public int Context()
    {
        var isWanted = RequestTrace.IsWanted || UpstreamTrace.IsWanted;
        return isWanted || TraceContext.Of(_exchange).Parent is null ? 1 : 0;
    }
}

using System.Buffers;
using System.Globalization;
using System.Text;

namespace McpGateway.Load.Peers;

/// <summary>
/// What the stub says under one path, ready made but for the id: <c>/legacy/…</c> is a server of 2025-11-25 with a session, <c>/modern/…</c> one of
/// 2026-07-28. The path ends in the number of its tools; a segment such as <c>sse-2048</c> says how calls are answered and with how many
/// bytes of text, <c>slow-500</c> after how many milliseconds, any other only tells upstreams apart.
/// </summary>
internal sealed class StubAnswers
{
    private const string Info = """{"name":"stub","version":"1.0.0"}""";
    private const string Capabilities = """{"tools":{}}""";

    private readonly StubAnswer _call;
    private readonly StubAnswer _list;
    private readonly bool _modern;
    private readonly StubAnswer? _discover;
    private readonly StubAnswer _refused;

    private StubAnswers(bool modern, int tools, string form, int size)
    {
        Sse = form == "sse";
        Delay = TimeSpan.FromMilliseconds(form == "slow" ? size : 0);
        var bytes = form is "sse" or "json" ? size : 4;
        _modern = modern;
        var more = modern ? $$""","resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{{Info}}}""" : "";
        var cached = modern ? ",\"ttlMs\":60000,\"cacheScope\":\"public\"" : "";
        _call = Result($$"""{"content":[{"type":"text","text":"{{new string('x', bytes)}}"}]{{more}}}""", isCall: true);
        _list = Result($$"""{"tools":[{{Tools(tools)}}]{{more}}{{cached}}}""");
        _discover = modern ? Result($$"""{"supportedVersions":["2026-07-28"],"capabilities":{{Capabilities}}{{more}}{{cached}}}""") : null;
        _refused = new StubAnswer("400 Bad Request", "", Bytes("""{"jsonrpc":"2.0","id":"""), Bytes($$$""","error":{"code":{{{(modern ? -32022 : -32601)}}},"message":"no"}}"""), IsCall: false);
    }

    /// <summary>Whether calls are answered with an event stream of one event.</summary>
    public bool Sse { get; }

    /// <summary>How long calls wait for their answers.</summary>
    public TimeSpan Delay { get; }

    public static StubAnswers Of(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var form = parts.Length > 2 ? parts[1].Split('-') : [];
        var (kind, size) = form.Length == 2 ? (form[0], int.Parse(form[1], CultureInfo.InvariantCulture)) : ("", 0);
        return new StubAnswers(parts[0] == "modern", int.Parse(parts[^1], CultureInfo.InvariantCulture), kind, size);
    }

    /// <summary>The answer to a request.</summary>
    public StubAnswer To(ReadOnlySpan<byte> body) =>
        body.IndexOf("\"tools/call\""u8) >= 0 ? _call
        : body.IndexOf("\"tools/list\""u8) >= 0 ? _list
        : !_modern && body.IndexOf("\"initialize\""u8) >= 0 ? Initialize(body)
        : _discover is not null && body.IndexOf("\"server/discover\""u8) >= 0 ? _discover
        : _refused;

    /// <summary>The request's id as it is written there; empty for a notification. Ids of ours and of the gateway are numbers or plain strings.</summary>
    public static ReadOnlySpan<byte> Id(ReadOnlySpan<byte> body)
    {
        var at = body.IndexOf("\"id\":"u8);
        if (at < 0)
        {
            return default;
        }

        var rest = body[(at + "\"id\":".Length)..];
        return rest[..rest.IndexOfAny(",}"u8)];
    }

    public static int Length(StubAnswer answer, ReadOnlySpan<byte> id) => answer.BeforeId.Length + id.Length + answer.AfterId.Length;

    public static void Write(StubAnswer answer, ReadOnlySpan<byte> id, IBufferWriter<byte> to)
    {
        to.Write(answer.BeforeId);
        to.Write(id);
        to.Write(answer.AfterId);
    }

    /// <summary>It speaks whichever revision the client asks for, as long as that one has the handshake: some proxies know only old ones.</summary>
    private static StubAnswer Initialize(ReadOnlySpan<byte> body)
    {
        var asked = body[(body.IndexOf("\"protocolVersion\":\""u8) + "\"protocolVersion\":\"".Length)..];
        var version = Encoding.ASCII.GetString(asked[..asked.IndexOf((byte)'"')]);
        return Result($$"""{"protocolVersion":"{{version}}","capabilities":{{Capabilities}},"serverInfo":{{Info}}}""", "Mcp-Session-Id: stub\r\n");
    }

    private static string Tools(int count) => string.Join(',', Enumerable.Range(0, count).Select(static number => $$$"""
        {"name":"tool-{{{number}}}","description":"A tool of ordinary size, number {{{number}}}, that answers at once and does nothing else at all.","inputSchema":{"type":"object","properties":{"query":{"type":"string","description":"What to look for"},"limit":{"type":"integer","minimum":1,"maximum":100}},"required":["query"]}}
        """));

    private static StubAnswer Result(string result, string headers = "", bool isCall = false) =>
        new("200 OK", headers, Bytes("""{"jsonrpc":"2.0","id":"""), Bytes($$""","result":{{result}}}"""), isCall);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}

/// <summary>An answer but for the id that it repeats.</summary>
internal sealed record StubAnswer(string Status, string Headers, byte[] BeforeId, byte[] AfterId, bool IsCall);

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace McpGateway.Load;

/// <summary>
/// The fastest MCP server that we can write: on <c>/legacy/…</c> of 2025-11-25 with a session, on <c>/modern/…</c> of 2026-07-28. The path
/// ends in the number of its tools. It prints its port and runs until it is killed or its standard input closes.
/// </summary>
internal static class StubServer
{
    private const string Info = """{"name":"stub","version":"1.0.0"}""";
    private const string Capabilities = """{"tools":{}}""";

    public static async Task<int> RunAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(512);
        Console.WriteLine(((IPEndPoint)listener.LocalEndPoint!).Port);
        _ = AcceptAsync(listener);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            var socket = await listener.AcceptAsync();
            socket.NoDelay = true;
            _ = ServeAsync(socket);
        }
    }

    private static async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                var request = new HttpMessage(socket);
                while (await request.ReadAsync())
                {
                    await socket.SendAsync(Answer(request));
                }
            }
            catch (SocketException)
            {
                // The other side is gone.
            }
        }
    }

    private static byte[] Answer(HttpMessage request)
    {
        var modern = request.Head.IndexOf(" /modern/"u8) >= 0;
        if (!request.Head.StartsWith("POST "u8))
        {
            return Response("405 Method Not Allowed", "");
        }

        var body = request.Body;
        var id = Between(body, "\"id\":"u8);
        if (id.IsEmpty)
        {
            return Response("202 Accepted", "");
        }

        var more = modern ? $$""","resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo":{{Info}}}""" : "";
        var cached = modern ? ",\"ttlMs\":60000,\"cacheScope\":\"public\"" : "";
        if (body.IndexOf("\"tools/call\""u8) >= 0)
        {
            return Result(id, """{"content":[{"type":"text","text":"pong"}]""" + more + "}");
        }

        if (body.IndexOf("\"tools/list\""u8) >= 0)
        {
            return Result(id, $$"""{"tools":[{{Tools(request.Head)}}]{{more}}{{cached}}}""");
        }

        if (modern)
        {
            return body.IndexOf("\"server/discover\""u8) >= 0
                ? Result(id, $$"""{"supportedVersions":["2026-07-28"],"capabilities":{{Capabilities}}{{more}}{{cached}}}""")
                : Failure(id, -32022, "400 Bad Request");
        }

        return body.IndexOf("\"initialize\""u8) >= 0
            ? Result(id, $$"""{"protocolVersion":"2025-11-25","capabilities":{{Capabilities}},"serverInfo":{{Info}}}""", "Mcp-Session-Id: stub\r\n")
            : Failure(id, -32601, body.IndexOf("\"server/discover\""u8) >= 0 ? "400 Bad Request" : "200 OK");
    }

    private static string Tools(ReadOnlySpan<byte> head)
    {
        var path = head[..head.IndexOf(" HTTP/"u8)];
        var count = int.Parse(Encoding.ASCII.GetString(path[(path.LastIndexOf((byte)'/') + 1)..]), System.Globalization.CultureInfo.InvariantCulture);
        return string.Join(',', Enumerable.Range(0, count).Select(static number => $$$"""
            {"name":"tool-{{{number}}}","description":"A tool of ordinary size, number {{{number}}}, that answers at once and does nothing else at all.","inputSchema":{"type":"object","properties":{"query":{"type":"string","description":"What to look for"},"limit":{"type":"integer","minimum":1,"maximum":100}},"required":["query"]}}
            """));
    }

    // Ids of ours and of the gateway are numbers or plain strings.
    private static ReadOnlySpan<byte> Between(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key)
    {
        var at = body.IndexOf(key);
        if (at < 0)
        {
            return default;
        }

        var rest = body[(at + key.Length)..];
        return rest[..rest.IndexOfAny(",}"u8)];
    }

    private static byte[] Result(ReadOnlySpan<byte> id, string result, string headers = "") =>
        Response("200 OK", $$"""{"jsonrpc":"2.0","id":{{Encoding.ASCII.GetString(id)}},"result":{{result}}}""", headers);

    private static byte[] Failure(ReadOnlySpan<byte> id, int code, string status) =>
        Response(status, $$$"""{"jsonrpc":"2.0","id":{{{Encoding.ASCII.GetString(id)}}},"error":{"code":{{{code}}},"message":"no"}}""");

    private static byte[] Response(string status, string body, string headers = "") => Encoding.UTF8.GetBytes(
        $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
}

using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace McpGateway.Load.Measuring;

/// <summary>A client of HTTP+SSE (2024-11-05): its answers come on the stream that a GET opened, the POSTs are only acknowledged.</summary>
internal sealed class HttpSseClient(Socket stream)
{
    private readonly byte[] _buffer = new byte[256 * 1024];

    private int _filled;

    public static async Task<List<double>> RunAsync(LoadTarget target, int id, CancellationToken end)
    {
        using var stream = await LoadRun.ConnectAsync(target.Address);
        await stream.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {target.Address.PathAndQuery} HTTP/1.1\r\nHost: {target.Address.Authority}\r\nAccept: text/event-stream\r\n{target.Headers[0]}\r\n"));
        var events = new HttpSseClient(stream);
        var endpoint = new Uri(target.Address, await events.ReadAsync("event: endpoint"));
        using var posts = await LoadRun.ConnectAsync(endpoint);
        var acknowledged = new Peers.HttpMessage(posts);

        await PostAsync("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2024-11-05","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}""");
        await events.ReadAsync("\"result\"");
        await PostAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");

        var times = new List<double>(1024);
        while (!end.IsCancellationRequested)
        {
            var sent = Stopwatch.GetTimestamp();
            await PostAsync(target.Message.Replace("ID", $"{id}{times.Count}", StringComparison.Ordinal));
            await events.ReadAsync("\"result\"");
            times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }

        return times;

        async Task PostAsync(string body)
        {
            await posts.SendAsync(LoadRun.Request(endpoint, body, target.Headers[0]));
            if (!await acknowledged.ReadAsync() || !acknowledged.Head.StartsWith("HTTP/1.1 2"u8))
            {
                throw new InvalidOperationException($"{target.What}: {Encoding.UTF8.GetString(acknowledged.Head)}");
            }
        }
    }

    /// <summary>Reads the next event that holds this. Its data.</summary>
    private async Task<string> ReadAsync(string expected)
    {
        while (true)
        {
            var text = Encoding.UTF8.GetString(_buffer.AsSpan(0, _filled));
            var end = text.LastIndexOf("\n\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                // All is ASCII here. What comes after the last whole event stays for the next time.
                _filled -= end + 2;
                _buffer.AsSpan(end + 2, _filled).CopyTo(_buffer);
                var found = text[..end].Split('\n').SkipWhile(line => !line.Contains(expected, StringComparison.Ordinal))
                    .FirstOrDefault(static line => line.StartsWith("data:", StringComparison.Ordinal));
                if (found is not null)
                {
                    return found["data:".Length..].Trim();
                }
            }

            var read = await stream.ReceiveAsync(_buffer.AsMemory(_filled));
            _filled += read > 0 ? read : throw new InvalidOperationException($"The stream ended before {expected}: {text}");
        }
    }
}

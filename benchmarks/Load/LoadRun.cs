using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace McpGateway.Load;

/// <summary>Posts one message again and again over several connections, each waiting for its answer.</summary>
internal static class LoadRun
{
    // Requests of one session that run at once need different ids.
    private const int FirstId = 1000;

    /// <summary>How many were answered with a result in that time. Anything else fails the run.</summary>
    /// <param name="message">What is posted; <c>ID</c> in it becomes a number.</param>
    public static async Task<Load> RunAsync(Uri address, string message, string headers, int connections, TimeSpan duration)
    {
        using var end = new CancellationTokenSource(duration);
        var clock = Stopwatch.StartNew();
        var runs = await Task.WhenAll(Enumerable.Range(FirstId, connections).Select(id => Task.Run(() => RunOneAsync(
            address, Request(address, message.Replace("ID", $"{id}", StringComparison.Ordinal), headers), end.Token))));
        var elapsed = clock.Elapsed;
        var times = runs.SelectMany(static run => run).Order().ToArray();
        return new Load(times.Length, elapsed, Percentile(times, 0.5), Percentile(times, 0.99));
    }

    /// <summary>Sends one request and reads its answer: head and body.</summary>
    public static async Task<(string Head, string Body)> AskAsync(Uri address, string message, string headers)
    {
        using var socket = await ConnectAsync(address);
        await socket.SendAsync(Request(address, message, headers));
        var answer = new HttpMessage(socket);
        return await answer.ReadAsync()
            ? (Encoding.UTF8.GetString(answer.Head), Encoding.UTF8.GetString(answer.Body))
            : throw new InvalidOperationException("The connection was closed without an answer.");
    }

    private static async Task<List<double>> RunOneAsync(Uri address, byte[] request, CancellationToken end)
    {
        using var socket = await ConnectAsync(address);
        var answer = new HttpMessage(socket);
        var times = new List<double>();
        while (!end.IsCancellationRequested)
        {
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(request);
            if (!await answer.ReadAsync() || !answer.Head.StartsWith("HTTP/1.1 200"u8) || answer.Body.IndexOf("\"result\""u8) < 0)
            {
                throw new InvalidOperationException($"Not a result: {Encoding.UTF8.GetString(answer.Head)}{Encoding.UTF8.GetString(answer.Body)}");
            }

            times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }

        return times;
    }

    private static byte[] Request(Uri address, string message, string headers) => Encoding.UTF8.GetBytes(
        $"POST {address.AbsolutePath} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\n"
        + $"Accept: application/json, text/event-stream\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(message)}\r\n\r\n{message}");

    private static async Task<Socket> ConnectAsync(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Parse(address.Host), address.Port);
        return socket;
    }

    private static double Percentile(double[] sorted, double part) => sorted.Length == 0 ? 0 : sorted[(int)(part * (sorted.Length - 1))];
}

/// <summary>What a run achieved.</summary>
internal sealed record Load(int Calls, TimeSpan Elapsed, double MedianMs, double P99Ms)
{
    public double PerSecond => Calls / Elapsed.TotalSeconds;
}

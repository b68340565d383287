using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using McpGateway.Load.Peers;

namespace McpGateway.Load.Measuring;

/// <summary>Posts messages again and again over several connections, each waiting for its answer.</summary>
internal static class LoadRun
{
    // Requests of one session that run at once need different ids.
    private const int FirstId = 1000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>How many were answered with a result in that time. Anything else fails the run.</summary>
    public static async Task<LoadFigures> RunAsync(LoadTarget target, int connections, TimeSpan duration)
    {
        using var end = new CancellationTokenSource(duration);
        var before = target.Process.ProcessorTime();
        var clock = Stopwatch.StartNew();
        var all = Task.WhenAll(Enumerable.Range(0, connections).Select(connection => Task.Run(
            () => target.HttpSse ? HttpSseClient.RunAsync(target, FirstId + connection, end.Token) : RunOneAsync(target, connection, connections, end.Token))));
        if (await Task.WhenAny(all, Task.Delay(duration + s_patience)) != all)
        {
            throw new TimeoutException($"{target.What}: a call was not answered within {s_patience.TotalSeconds:0} s.");
        }

        var runs = await all;
        var elapsed = clock.Elapsed;
        var used = target.Process.ProcessorTime() - before;
        var times = runs.SelectMany(static run => run).Order().ToArray();
        return times.Length == 0
            ? throw new InvalidOperationException($"{target.What}: not one call was answered in {duration}.")
            : new LoadFigures(times.Length / elapsed.TotalSeconds, used.TotalMicroseconds / times.Length, Percentile(times, 0.5), Percentile(times, 0.99));
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

    public static async Task<Socket> ConnectAsync(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Parse(address.Host), address.Port);
        return socket;
    }

    public static byte[] Request(Uri address, string message, string headers) => Encoding.UTF8.GetBytes(
        $"POST {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\n"
        + $"Accept: application/json, text/event-stream\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(message)}\r\n\r\n{message}");

    private static async Task<List<double>> RunOneAsync(LoadTarget target, int connection, int connections, CancellationToken end)
    {
        var message = target.Message.Replace("ID", $"{FirstId + connection}", StringComparison.Ordinal);
        var requests = target.Headers.Where((_, index) => index % connections == connection % target.Headers.Count)
            .Select(headers => Request(target.Address, message, headers)).ToArray();
        using var socket = await ConnectAsync(target.Address);
        var answer = new HttpMessage(socket);
        var times = new List<double>(1024);
        for (var turn = 0; !end.IsCancellationRequested; turn++)
        {
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(requests[turn % requests.Length]);
            if (!await answer.ReadAsync() || !answer.Head.StartsWith("HTTP/1.1 200"u8) || answer.Body.IndexOf("\"result\""u8) < 0)
            {
                throw new InvalidOperationException($"{target.What}: not a result: {Encoding.UTF8.GetString(answer.Head)}{Encoding.UTF8.GetString(answer.Body)}");
            }

            times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }

        return times;
    }

    public static double Percentile(double[] sorted, double part) => sorted[(int)(part * (sorted.Length - 1))];
}

/// <summary>What a run achieved; the processor time is that of the target's process.</summary>
internal sealed record LoadFigures(double PerSecond, double ProcessorMicroseconds, double MedianMs, double P99Ms);

using System.Diagnostics;
using System.Globalization;
using System.Text;
using McpGateway.Load.Peers;

namespace McpGateway.Load.Measuring;

/// <summary>Posts messages over many connections to something that may say that it has no room.</summary>
internal static class CrowdRun
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(200);

    /// <param name="polite">Connections whose clients wait as long as they are told.</param>
    /// <param name="rude">Connections whose clients come back at once.</param>
    public static async Task<CrowdFigures> RunAsync(LoadTarget target, int polite, int rude, TimeSpan duration)
    {
        using var end = new CancellationTokenSource(duration);
        var clock = Stopwatch.StartNew();
        var all = Task.WhenAll(Enumerable.Range(0, polite + rude).Select(connection => Task.Run(() => RunOneAsync(target, connection, connection < polite, end.Token))));
        var most = 0.0;
        while (await Task.WhenAny(all, Task.Delay(s_betweenLooks)) != all)
        {
            most = Math.Max(most, target.Process.ResidentMegabytes().All);
            if (clock.Elapsed > duration + s_patience)
            {
                throw new TimeoutException($"{target.What}: a call was not answered within {s_patience.TotalSeconds:0} s.");
            }
        }

        var runs = await all;
        var seconds = clock.Elapsed.TotalSeconds;
        var times = runs.SelectMany(static run => run.Times).Order().ToArray();
        if (times.Length == 0)
        {
            throw new InvalidOperationException($"{target.What}: not one call was answered in {duration}.");
        }

        return new CrowdFigures(
            times.Length / seconds, runs.Sum(static run => run.Refused) / seconds, LoadRun.Percentile(times, 0.5), LoadRun.Percentile(times, 0.99), most);
    }

    private static async Task<(List<double> Times, int Refused)> RunOneAsync(LoadTarget target, int connection, bool isPolite, CancellationToken end)
    {
        var request = LoadRun.Request(target.Address, target.Message.Replace("ID", $"{1000 + connection}", StringComparison.Ordinal), target.Headers[0]);
        using var socket = await LoadRun.ConnectAsync(target.Address);
        var answer = new HttpMessage(socket);
        var times = new List<double>(1024);
        var refused = 0;
        while (!end.IsCancellationRequested)
        {
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(request);
            if (!await answer.ReadAsync())
            {
                throw new InvalidOperationException($"{target.What}: the connection was closed.");
            }

            if (answer.Head.StartsWith("HTTP/1.1 200"u8) && answer.Body.IndexOf("\"result\""u8) >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                continue;
            }

            refused++;
            var wait = RetryAfter(target, answer);
            if (isPolite)
            {
                await Task.Delay(wait, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return (times, refused);
    }

    /// <summary>How long a refusal tells its client to wait; anything else than a refusal fails the run.</summary>
    private static TimeSpan RetryAfter(LoadTarget target, HttpMessage answer)
    {
        var head = Encoding.ASCII.GetString(answer.Head);
        var line = head.Split("\r\n").FirstOrDefault(static line => line.StartsWith("Retry-After:", StringComparison.OrdinalIgnoreCase));
        return head.StartsWith("HTTP/1.1 503", StringComparison.Ordinal) && line is not null
            ? TimeSpan.FromSeconds(int.Parse(line["Retry-After:".Length..], CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"{target.What}: neither a result nor a refusal: {head}{Encoding.UTF8.GetString(answer.Body)}");
    }
}

/// <summary>What became of a crowd: calls that were answered, calls that were refused, and the most memory that the target's process took.</summary>
internal sealed record CrowdFigures(double PerSecond, double RefusedPerSecond, double MedianMs, double P99Ms, double MostMegabytes);

using System.Net.Sockets;
using System.Text;
using McpGateway.Load.Measuring;

namespace McpGateway.Load.Scenarios;

/// <summary>What sessions that do nothing cost in memory: 10,000 of them, and 1,000 that keep a GET stream open.</summary>
internal static class IdleScenario
{
    private const int Sessions = 10_000;
    private const int Streams = 1_000;
    private const int WarmUp = 200;

    // One principal may have 100 sessions at once, unless the administrator says otherwise.
    private const int SessionsPerToken = 90;

    // The gateway gives memory back after eight quiet seconds, later where the machine is busy.
    private const int SettledSeconds = 20;
    private const int MaxSeconds = 180;
    private const double SettledMegabytes = 1;

    public static async Task RunAsync(Surroundings bench)
    {
        using var data = new TemporaryFolder();
        await using var gateway = await Gateway.StartAsync(bench.Program, data.Path);
        await gateway.SignInAsync();
        var server = await gateway.ComposeAsync("idle", await gateway.RegisterAsync("idle", bench.StubAddress + "/legacy/5"));
        var tokens = await Task.WhenAll(Enumerable.Range(0, (Sessions + Streams) / SessionsPerToken + 1).Select(number => gateway.AuthorizeAsync($"idle {number}")));
        await WarmUpAsync(server, tokens);
        var before = await SettleAsync(gateway.Process);
        await OpenAsync(server, tokens, WarmUp, Sessions);
        var withSessions = await SettleAsync(gateway.Process);
        Bench.Say(new { measure = "idle_sessions", sessions = Sessions, kb_each = Math.Round((withSessions - before) * 1000 / (Sessions - WarmUp), 2), resident_mb = Math.Round(withSessions, 1) });

        var streams = new List<Socket>();
        try
        {
            foreach (var headers in await OpenAsync(server, tokens, Sessions, Sessions + Streams))
            {
                streams.Add(await ListenAsync(server, headers));
            }

            var withStreams = await SettleAsync(gateway.Process);
            Bench.Say(new { measure = "idle_streams", streams = Streams, kb_each = Math.Round((withStreams - withSessions) * 1000 / Streams, 2), resident_mb = Math.Round(withStreams, 1) });
        }
        finally
        {
            streams.ForEach(static stream => stream.Dispose());
        }
    }

    /// <summary>The resident memory once it has stayed the same for a while, in MB.</summary>
    private static async Task<double> SettleAsync(MeasuredProcess process)
    {
        var (settled, since) = (process.ResidentMegabytes().All, 0);
        for (var second = 0; second < MaxSeconds && since < SettledSeconds; second++, since++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            var now = process.ResidentMegabytes().All;
            if (Math.Abs(now - settled) > SettledMegabytes)
            {
                (settled, since) = (now, 0);
            }
        }

        return process.ResidentMegabytes().All;
    }

    /// <summary>The code of both has been compiled, and its pages are resident, before anything is measured.</summary>
    private static async Task WarmUpAsync(Uri server, string[] tokens)
    {
        foreach (var headers in await OpenAsync(server, tokens, 0, WarmUp))
        {
            using var stream = await ListenAsync(server, headers);
        }
    }

    private static async Task<List<string>> OpenAsync(Uri server, string[] tokens, int from, int to)
    {
        var sessions = new List<string>();
        for (var number = from; number < to; number++)
        {
            var headers = await Messages.OpenAsync(server, tokens[number / SessionsPerToken]);
            await LoadRun.AskAsync(server, """{"jsonrpc":"2.0","id":2,"method":"ping"}""", headers);
            sessions.Add(headers);
        }

        return sessions;
    }

    private static async Task<Socket> ListenAsync(Uri server, string headers)
    {
        var socket = await LoadRun.ConnectAsync(server);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {server.PathAndQuery} HTTP/1.1\r\nHost: {server.Authority}\r\nAccept: text/event-stream\r\n{headers}\r\n"));
        var head = new byte[4096];
        var read = await socket.ReceiveAsync(head);
        return head.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8) ? socket : throw new InvalidOperationException(Encoding.ASCII.GetString(head, 0, read));
    }
}

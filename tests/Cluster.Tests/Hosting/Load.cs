using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using McpGateway.EndToEnd.Tests.Hosting;

namespace McpGateway.Cluster.Tests.Hosting;

/// <summary>How one call went.</summary>
/// <param name="At">When it began, since the load did.</param>
/// <param name="Failure">Null when the right answer came.</param>
internal sealed record CallOutcome(TimeSpan At, TimeSpan Took, bool IsModern, HttpStatusCode? Status, string? Failure);

/// <summary>
/// Clients that call one after the other without a pause worth the name, and never repeat a call: legacy ones in a session each, modern ones
/// without. Every call names its work.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<CallOutcome> _outcomes = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<Task> _clients = [];

    private Load()
    {
    }

    public IReadOnlyCollection<CallOutcome> Outcomes => _outcomes;

    public IReadOnlyList<CallOutcome> Failures => [.. _outcomes.Where(static outcome => outcome.Failure is not null)];

    /// <summary>Sessions that a frontend said it does not know.</summary>
    public int SessionsLost => _outcomes.Count(static outcome => outcome is { IsModern: false, Status: HttpStatusCode.NotFound });

    public TimeSpan Now => _clock.Elapsed;

    public static async Task<Load> StartAsync(GatewayCluster cluster, string server, string token, int legacy = 6, int modern = 2)
    {
        var load = new Load();
        for (var i = 0; i < legacy + modern; i++)
        {
            var client = cluster.Mcp(server, token);
            if (i < legacy)
            {
                (await client.InitializeAsync()).Status.ShouldBe(HttpStatusCode.OK);
            }

            load._clients.Add(load.RunAsync(client, i.ToString(CultureInfo.InvariantCulture), isModern: i >= legacy));
        }

        return load;
    }

    /// <summary>How long after a moment calls still failed that began after it; zero when none did.</summary>
    public TimeSpan FailingFor(TimeSpan since) =>
        Failures.Where(failure => failure.At + failure.Took >= since).Select(failure => failure.At + failure.Took - since).DefaultIfEmpty().Max();

    /// <summary>What failed and how often.</summary>
    public string Describe() => string.Join("\n", Failures.GroupBy(static failure => failure.Failure).Select(static group => $"{group.Count()} × {group.Key}"));

    /// <summary>Lets every client end its call.</summary>
    public async Task StopAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _ending.Dispose();
    }

    private async Task RunAsync(McpHttp client, string name, bool isModern)
    {
        for (var number = 0; !_ending.IsCancellationRequested; number++)
        {
            await CallAsync(client, $"{name}-{number.ToString(CultureInfo.InvariantCulture)}", isModern);
            await Task.Delay(s_pause, CancellationToken.None);
        }
    }

    private async Task CallAsync(McpHttp client, string id, bool isModern)
    {
        var began = _clock.Elapsed;
        HttpStatusCode? status = null;
        string? failure;
        try
        {
            var answer = isModern
                ? await client.ModernCallAsync(WorkUpstream.Tool, $$"""{"id":"{{id}}"}""")
                : await client.CallAsync(WorkUpstream.Tool, new { id });
            status = answer.Status;
            failure = answer.Status == HttpStatusCode.OK && answer.Body.Contains($"\"text\":\"{id}\"", StringComparison.Ordinal)
                ? null
                : $"{(int)answer.Status} {answer.Body}";
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            failure = exception.Message;
        }

        _outcomes.Enqueue(new CallOutcome(began, _clock.Elapsed - began, isModern, status, failure?.Replace(id, "ID", StringComparison.Ordinal)));
    }
}

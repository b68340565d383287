using System.Collections.Concurrent;
using System.Text.Json;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Cluster.Tests.Hosting;

/// <summary>An MCP server that remembers which work it did, and how often.</summary>
internal sealed class WorkUpstream : IAsyncDisposable
{
    public const string Tool = "work";

    private readonly ConcurrentDictionary<string, int> _done = new(StringComparer.Ordinal);

    private WorkUpstream(FakeUpstream server) => Server = server;

    public FakeUpstream Server { get; }

    /// <summary>Work that was done more than once.</summary>
    public IReadOnlyList<string> DoneTwice => [.. _done.Where(work => work.Value > 1).Select(work => work.Key)];

    public static async Task<WorkUpstream> StartAsync()
    {
        WorkUpstream? work = null;
        var server = await FakeUpstream.StartAsync(fake => fake.AddTool(Tool, call => Task.FromResult(work!.Do(call))));
        return work = new WorkUpstream(server);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private string Do(FakeCall call)
    {
        var id = JsonElement.Parse(call.Arguments).GetProperty("id").GetString()!;
        _done.AddOrUpdate(id, 1, static (_, times) => times + 1);
        return FakeCall.Text(id);
    }
}

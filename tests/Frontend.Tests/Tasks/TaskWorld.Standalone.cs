using System.Text.Json;
using McpGateway.Frontend.Tests.Bridging;
using McpGateway.Frontend.Tests.Questions;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Tasks;

/// <summary>The real gateway before an upstream that makes tasks, and clients of both generations.</summary>
internal sealed class TaskWorld : IAsyncDisposable
{
    public const string Extension = "io.modelcontextprotocol/tasks";
    public const string WithTasks = """{"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}""";

    private readonly BridgeWorld _world;
    private int _lastId;

    private TaskWorld(BridgeWorld world, FakeTasks tasks) => (_world, Tasks) = (world, tasks);

    public FakeTasks Tasks { get; }

    public FakeUpstream Upstream => _world.Upstream;

    public BridgeWorld Gateway => _world;

    public static async Task<TaskWorld> StartAsync(FakeEra era, string support = "optional")
    {
        FakeTasks tasks = null!;
        var world = await BridgeWorld.StartAsync(
            static (name, upstream) => new { name, url = upstream.Url, sharing = "per-session", drift_policy = "observe" },
            upstream =>
            {
                upstream.Era = era;
                tasks = FakeTasks.AddTo(upstream, support);
            });
        return new TaskWorld(world, tasks);
    }

    /// <summary>A modern request; gives the whole response message.</summary>
    public async Task<JsonElement> ModernAsync(string method, string parameters, string capabilities = WithTasks, string? token = null)
    {
        using var answer = await SendModernAsync(method, parameters, capabilities, token);
        return (await answer.NextAsync())!.Value;
    }

    public async Task<LiveAnswer> SendModernAsync(string method, string parameters, string capabilities = WithTasks, string? token = null)
    {
        var given = JsonElement.Parse(parameters);
        var name = given.TryGetProperty("name", out var value) || given.TryGetProperty("taskId", out value) || given.TryGetProperty("uri", out value)
            ? value.GetString()!
            : null;
        var body = $$$"""
            {"jsonrpc":"2.0","id":{{{++_lastId}}},"method":"{{{method}}}","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
            "io.modelcontextprotocol/clientCapabilities":{{{capabilities}}} },{{{parameters.Trim()[1..]}}} }
            """;
        List<(string, string)> headers = [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method)];
        if (name is not null)
        {
            headers.Add(("Mcp-Name", name));
        }

        if (token is not null)
        {
            headers.Add(("Authorization", $"Bearer {token}"));
        }

        return new LiveAnswer(await _world.SendAsync(HttpMethod.Post, $"/servers/{_world.ServerId}/mcp", body, [.. headers]).Soon());
    }

    /// <summary>Makes a task in a modern client's name.</summary>
    public async Task<string> StartModernAsync()
    {
        var made = (await ModernAsync("tools/call", """{"name":"job","arguments":{}}""")).GetProperty("result");
        made.GetProperty("resultType").GetString().ShouldBe("task", made.GetRawText());
        return made.GetProperty("taskId").GetString()!;
    }

    /// <summary>What a modern client sees of a task.</summary>
    public async Task<JsonElement> GetModernAsync(string taskId) => (await ModernAsync("tasks/get", Naming(taskId))).GetProperty("result");

    /// <summary>A legacy client's request in its session, as a stream.</summary>
    public async Task<LiveAnswer> LegacyAsync(string session, string method, string parameters) =>
        new(await _world.SendAsync(
            HttpMethod.Post,
            $"/servers/{_world.ServerId}/mcp",
            $$"""{"jsonrpc":"2.0","id":{{++_lastId}},"method":"{{method}}","params":{{parameters}}}""",
            ("Mcp-Session-Id", session)).Soon());

    public async Task<JsonElement> AskLegacyAsync(string session, string method, string parameters)
    {
        using var answer = await LegacyAsync(session, method, parameters);
        return (await answer.NextAsync())!.Value;
    }

    public Task<string> OpenLegacyAsync() => _world.OpenAsync("2025-11-25", QuestionWorld.Everything);

    /// <summary>Makes a task in a legacy client's name.</summary>
    public async Task<string> StartLegacyAsync(string session)
    {
        var made = (await AskLegacyAsync(session, "tools/call", """{"name":"job","arguments":{},"task":{"ttl":60000}}""")).GetProperty("result");
        return made.GetProperty("task").GetProperty("taskId").GetString()!;
    }

    /// <summary>A client's response to a question.</summary>
    public async Task RespondAsync(string session, JsonElement question, string result)
    {
        using var taken = await _world.SendAsync(
            HttpMethod.Post, $"/servers/{_world.ServerId}/mcp", QuestionWorld.Response(question, result), ("Mcp-Session-Id", session)).Soon();
        ((int)taken.StatusCode).ShouldBe(202);
    }

    public static string Naming(string taskId) => $$"""{"taskId":"{{taskId}}"}""";

    public ValueTask DisposeAsync() => _world.DisposeAsync();
}

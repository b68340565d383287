using System.Text.Json;
using McpGateway.Frontend.Tests.Bridging;
using McpGateway.Frontend.Tests.Questions;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Frontend.Tests.Tasks;

/// <summary>The real gateway before an upstream that makes tasks, and clients of both generations.</summary>
internal sealed class TaskWorld : IAsyncDisposable
{
    public const string Extension = "io.modelcontextprotocol/tasks";
    public const string WithTasks = """{"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}""";

    private readonly BridgeWorld _world;
    private readonly bool _isProcess;
    private int _lastId;

    private TaskWorld(BridgeWorld world, FakeTasks tasks, bool isProcess) => (_world, Tasks, _isProcess) = (world, tasks, isProcess);

    public FakeTasks Tasks { get; }

    public FakeUpstream Upstream => _world.Upstream;

    public BridgeWorld Gateway => _world;

    /// <param name="transport">Over stdio the upstream is a process, of which only <see cref="AskAsync"/> and <see cref="EndAsync"/> are scripted.</param>
    public static async Task<TaskWorld> StartAsync(FakeEra era, string support = "optional", string transport = "STREAMABLEHTTP", string sharing = "per-session")
    {
        FakeTasks tasks = null!;
        var world = await BridgeWorld.StartAsync(
            (name, upstream) => transport switch
            {
                "STDIO" => new
                {
                    name,
                    transport,
                    sharing,
                    drift_policy = "observe",
                    command = StdioFixture.Command,
                    args = StdioFixture.Arguments([$"--tasks={support}", .. era == FakeEra.Modern ? ["--modern"] : Array.Empty<string>()]),
                },
                _ => new { name, transport, sharing, drift_policy = "observe", url = transport == "SSE" ? upstream.SseUrl : upstream.Url },
            },
            upstream =>
            {
                upstream.Era = era;
                // So that whoever listens listens for a client.
                upstream.OffersListChanged = false;
                tasks = FakeTasks.AddTo(upstream, support);
            });
        return new TaskWorld(world, tasks, transport == "STDIO");
    }

    /// <summary>The newest task asks from now on; the answer becomes its result.</summary>
    /// <param name="session">The legacy session that made it; null for a modern client.</param>
    public async Task AskAsync(string? session = null)
    {
        if (_isProcess)
        {
            await SteerAsync("""{"do":"ask"}""", session);
        }
        else
        {
            Tasks.Made[^1].Ask();
        }
    }

    /// <summary>The newest task ends with this text.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public async Task EndAsync(string text, string? session = null)
    {
        if (_isProcess)
        {
            await SteerAsync($$"""{"do":"end","text":"{{text}}"}""", session);
        }
        else
        {
            Tasks.Made[^1].Complete(FakeCall.Text(text));
        }
    }

    /// <summary>The same, as soon as there is a task.</summary>
    public async Task EndOnceMadeAsync(string text)
    {
        if (!_isProcess)
        {
            await Eventually.TrueAsync(() => Tasks.Made.Count > 0, "a task is made");
        }

        await EndAsync(text);
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
    public async Task<string> StartLegacyAsync(string session) => (await MakeLegacyAsync(session)).GetProperty("taskId").GetString()!;

    /// <summary>Opens a legacy session and makes a task in it.</summary>
    public async Task<LegacyJob> StartLegacyJobAsync()
    {
        var session = await OpenLegacyAsync();
        return new LegacyJob(this, session, await StartLegacyAsync(session));
    }

    /// <summary>Has a legacy client call for a task; gives the task.</summary>
    public async Task<JsonElement> MakeLegacyAsync(string session, string arguments = "{}", int ttl = 60_000)
    {
        var made = await AskLegacyAsync(session, "tools/call", $$$"""{"name":"job","arguments":{{{arguments}}},"task":{"ttl":{{{ttl}}}} }""");
        return made.GetProperty("result").GetProperty("task");
    }

    /// <summary>What a legacy client sees of a task.</summary>
    public async Task<JsonElement> GetLegacyAsync(string session, string taskId) =>
        (await AskLegacyAsync(session, "tasks/get", Naming(taskId))).GetProperty("result");

    /// <summary>A client's response to a question.</summary>
    public async Task RespondAsync(string session, JsonElement question, string result)
    {
        using var taken = await _world.SendAsync(
            HttpMethod.Post, $"/servers/{_world.ServerId}/mcp", QuestionWorld.Response(question, result), ("Mcp-Session-Id", session)).Soon();
        ((int)taken.StatusCode).ShouldBe(202);
    }

    /// <summary>A service of the gateway.</summary>
    public T Service<T>()
        where T : notnull => _world.Gateway.Services.GetRequiredService<T>();

    /// <summary>The first page of a legacy client's tasks. The gateway notes a task without keeping its client waiting: waits for one.</summary>
    public async Task<JsonElement[]> ListLegacyAsync(string session)
    {
        using var patience = new CancellationTokenSource(Eventually.Patience);
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            var tasks = (await AskLegacyAsync(session, "tasks/list", "{}")).GetProperty("result").GetProperty("tasks");
            if (tasks.GetArrayLength() > 0)
            {
                return [.. tasks.EnumerateArray()];
            }
        }
    }

    // Over the connection that has the task. There may be none yet, which the process says with an error.
    private async Task SteerAsync(string arguments, string? session)
    {
        var call = $$"""{"name":"steer","arguments":{{arguments}}}""";
        using var patience = new CancellationTokenSource(Eventually.Patience);
        while (!(session is null ? await ModernAsync("tools/call", call, capabilities: "{}") : await AskLegacyAsync(session, "tools/call", call)).TryGetProperty("result", out _))
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    public static string Naming(string taskId) => $$"""{"taskId":"{{taskId}}"}""";

    public ValueTask DisposeAsync() => _world.DisposeAsync();
}

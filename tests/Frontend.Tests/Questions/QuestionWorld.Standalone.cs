using System.Text.Json;
using McpGateway.Frontend.Tests.Bridging;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Questions;

/// <summary>The real gateway before an upstream that asks, and clients of both generations that answer.</summary>
internal sealed class QuestionWorld : IAsyncDisposable
{
    public const string Everything = """{"sampling":{},"elicitation":{"form":{},"url":{}},"roots":{}}""";
    public const string Form = """{"message":"Who?","requestedSchema":{"type":"object","properties":{"name":{"type":"string"}}}}""";
    public const string Accepted = """{"action":"accept","content":{"name":"Ada"}}""";

    private readonly BridgeWorld _world;
    private int _lastId;

    private QuestionWorld(BridgeWorld world) => _world = world;

    public FakeUpstream Upstream => _world.Upstream;

    public BridgeWorld Gateway => _world;

    /// <summary>A legacy upstream with the tool <c>ask</c>: it elicits, and gives back the answer.</summary>
    public static Task<QuestionWorld> StartLegacyAsync(
        string transport = "STREAMABLEHTTP", Action<FakeUpstream>? configure = null, params (string, string)[] configuration) => StartAsync(transport, configuration, upstream =>
    {
        upstream.AddTool("ask", async call => FakeCall.Text(Told(await call.AskAsync("elicitation/create", Form))));
        upstream.AddTool("sample", async call => FakeCall.Text(Told(await call.AskAsync("sampling/createMessage", """{"messages":[],"maxTokens":5}"""))));
        upstream.AddTool("roots", async call => FakeCall.Text(Told(await call.AskAsync("roots/list", "{}"))));
        configure?.Invoke(upstream);
    });

    /// <summary>A modern upstream with the tool <c>ask</c>: it elicits by <c>input_required</c>, and gives back answers and state.</summary>
    public static Task<QuestionWorld> StartModernAsync(Action<FakeUpstream>? configure = null, params (string, string)[] configuration) => StartAsync("STREAMABLEHTTP", configuration, upstream =>
    {
        upstream.Era = FakeEra.Modern;
        upstream.AddTool("ask", call => Task.FromResult(call.Params.TryGetProperty("inputResponses", out var answers)
            ? FakeCall.Text($"{answers.GetRawText()} {call.Params.GetProperty("requestState").GetRawText()}")
            : Required($$$"""{"who":{"method":"elicitation/create","params":{{{Form}}}}}""", "\"state \\u00fc 1\"")));
        configure?.Invoke(upstream);
    });

    public static string Required(string inputRequests, string state) =>
        $$"""{"resultType":"input_required","inputRequests":{{inputRequests}},"requestState":{{state}}}""";

    /// <summary>A legacy client's call, as a stream.</summary>
    public async Task<LiveAnswer> CallLegacyAsync(string session, string tool)
    {
        var id = Interlocked.Increment(ref _lastId);
        return await PostAsync($$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{} } }""", session);
    }

    /// <summary>Posts a message in a session.</summary>
    public async Task<LiveAnswer> PostAsync(string body, string session) =>
        new(await _world.SendAsync(HttpMethod.Post, $"/servers/{_world.ServerId}/mcp", body, ("Mcp-Session-Id", session)).Soon());

    /// <summary>A modern client's call with further parameters.</summary>
    public async Task<LiveAnswer> CallModernAsync(string tool, string capabilities = Everything, string more = "", string arguments = "{}")
    {
        var id = Interlocked.Increment(ref _lastId);
        var body = $$$"""
            {"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}}{{{more}}},
            "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{{capabilities}}} } } }
            """;
        return new(await _world.SendAsync(
            HttpMethod.Post,
            $"/servers/{_world.ServerId}/mcp",
            body,
            ("MCP-Protocol-Version", "2026-07-28"),
            ("Mcp-Method", "tools/call"),
            ("Mcp-Name", tool)).Soon());
    }

    /// <summary>The retry of a modern client: its answers, and the state as it was.</summary>
    public Task<LiveAnswer> RetryAsync(string tool, JsonElement required, string answer = Accepted, string capabilities = Everything)
    {
        var key = required.GetProperty("inputRequests").EnumerateObject().First().Name;
        return CallModernAsync(
            tool, capabilities, $$""","inputResponses":{"{{key}}":{{answer}}},"requestState":{{required.GetProperty("requestState").GetRawText()}}""");
    }

    /// <summary>A client's response to a question.</summary>
    public static string Response(JsonElement question, string result = Accepted) =>
        $$"""{"jsonrpc":"2.0","id":{{question.GetProperty("id").GetRawText()}},"result":{{result}}}""";

    public static string TextOf(JsonElement? message) =>
        message!.Value.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString()!;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    private static async Task<QuestionWorld> StartAsync(string transport, (string, string)[] configuration, Action<FakeUpstream> configure) => new(await BridgeWorld.StartAsync(
        configuration,
        (name, upstream) => new
        {
            name,
            url = transport == "SSE" ? upstream.SseUrl : upstream.Url,
            transport,
            sharing = "per-session",
            drift_policy = "observe",
        },
        configure));

    private static string Told(JsonElement response) =>
        response.TryGetProperty("result", out var result) ? result.GetRawText() : "error " + response.GetProperty("error").GetProperty("message").GetString();
}

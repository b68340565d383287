using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace McpGateway.Testing.Upstreams;

public sealed partial class FakeUpstream
{
    private const string SessionHeader = "Mcp-Session-Id";

    private readonly ConcurrentDictionary<string, bool> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Place> _places = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Place> _left = new(StringComparer.Ordinal);

    /// <summary>The sessions it knows.</summary>
    public IReadOnlyCollection<string> SessionIds => [.. _sessions.Keys];

    /// <summary>From now on every session id given before is answered 404.</summary>
    public void ForgetSessions()
    {
        _sessions.Clear();
        _subscriptions.Clear();
    }

    private void Map(WebApplication app)
    {
        app.MapPost("/mcp", PostAsync);
        app.MapGet("/mcp", GetAsync);
        app.MapDelete("/mcp", Delete);
        app.MapGet("/sse", SseAsync);
        app.MapPost("/messages", SsePostAsync);
    }

    private async Task PostAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var message = JsonElement.Parse(await reader.ReadToEndAsync(context.RequestAborted));
        var method = Record(context, message);
        if (!IsAuthorized(context) || await Misbehave(context, method, message, out var fault))
        {
            return;
        }

        var id = message.TryGetProperty("id", out var value) ? value.GetRawText() : "null";
        var modern = IsModern(context, message);
        if (modern ? Era == FakeEra.Legacy : Era == FakeEra.Modern)
        {
            await RefuseEraAsync(context, modern, id, method);
            return;
        }

        if (modern && CheckModernHeaders(context, message, method) is { } wrong)
        {
            await WriteJsonAsync(context, 400, Failure(id, -32020, wrong));
            return;
        }

        if (!modern && !await CheckSessionAsync(context, method, id))
        {
            return;
        }

        if (TakeOneWay(message, method, SessionOf(context)))
        {
            context.Response.StatusCode = 202;
            return;
        }

        if (modern && method == "subscriptions/listen")
        {
            await ListenAsync(context, message, id);
            return;
        }

        await AnswerPostAsync(context, message, method!, modern, fault);
    }

    private async Task AnswerPostAsync(HttpContext context, JsonElement message, string method, bool modern, FakeFault fault)
    {
        if (method == "initialize" && Sessions)
        {
            var session = Guid.NewGuid().ToString("N");
            _sessions[session] = true;
            context.Response.Headers[SessionHeader] = session;
        }

        var stream = new FakeEventStream(context.Response);
        var place = new Place(stream, context);
        _places[message.GetProperty("id").GetRawText()] = place;
        if (AnswerWithSse)
        {
            await stream.StartAsync();
        }

        // In the legacy era a client that goes away does not cancel.
        var answer = await AnswerAsync(message, method, SessionOf(context), modern, fault, stream.SendAsync, modern ? context.RequestAborted : default);
        if (place.Name is not null)
        {
            place.Answer.TrySetResult(answer ?? "");
        }
        else if (stream.Started)
        {
            if (answer is not null)
            {
                await stream.SendAsync(answer);
            }
        }
        else
        {
            var status = modern && answer is not null && answer.Contains("\"code\":-32601", StringComparison.Ordinal) ? 404 : 200;
            await WriteJsonAsync(context, status, answer ?? "");
        }
    }

    internal async Task LeaveAsync(string id, string eventId, int retryMilliseconds)
    {
        var place = _places[id];
        place.Name = eventId;
        await place.Stream.WriteAsync($"id: {eventId}\nretry: {retryMilliseconds}\ndata: \n\n");
        _left[eventId] = place;
        await place.Context.Response.CompleteAsync();
    }

    private async Task ResumeAsync(HttpContext context, Place place)
    {
        var stream = new FakeEventStream(context.Response);
        await stream.StartAsync();
        await stream.SendAsync(await place.Answer.Task);
    }

    private static Task WriteJsonAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    }

    private static string SessionOf(HttpContext context) => context.Request.Headers[SessionHeader].ToString();

    private static bool IsModern(HttpContext context, JsonElement message) =>
        string.Equals(context.Request.Headers["MCP-Protocol-Version"], Modern, StringComparison.Ordinal)
        || (message.TryGetProperty("params", out var parameters)
            && parameters.ValueKind == JsonValueKind.Object
            && parameters.TryGetProperty("_meta", out var meta)
            && meta.TryGetProperty("io.modelcontextprotocol/protocolVersion", out _));

    private static string? CheckModernHeaders(HttpContext context, JsonElement message, string? method)
    {
        var headers = context.Request.Headers;
        var parameters = message.TryGetProperty("params", out var value) ? value : default;
        if (parameters.ValueKind != JsonValueKind.Object
            || !parameters.TryGetProperty("_meta", out var meta)
            || !meta.TryGetProperty("io.modelcontextprotocol/protocolVersion", out var version)
            || headers["MCP-Protocol-Version"] != version.GetString()
            || !meta.TryGetProperty("io.modelcontextprotocol/clientCapabilities", out _))
        {
            return "protocol version or capabilities";
        }

        if (headers["Mcp-Method"] != method)
        {
            return "Mcp-Method";
        }

        var named = method switch { "tools/call" or "prompts/get" => "name", "resources/read" => "uri", "tasks/get" or "tasks/update" or "tasks/cancel" => "taskId", _ => null };
        return named is not null && headers["Mcp-Name"] != parameters.GetProperty(named).GetString() ? "Mcp-Name" : null;
    }

    private Task RefuseEraAsync(HttpContext context, bool modern, string id, string? method) => modern
        ? Sessions
            ? WriteJsonAsync(context, 400, Failure("null", -32000, "Bad Request: No valid session ID provided"))
            : WriteJsonAsync(context, 200, Failure(id, -32601, "Method not found: " + method))
        : WriteJsonAsync(context, 400, Failure(id, -32022, "Unsupported protocol version", $$"""{"supported":["{{Modern}}"],"requested":null}"""));

    private async Task<bool> CheckSessionAsync(HttpContext context, string? method, string id)
    {
        if (method != "initialize" && InsistsOnVersion && NamesAnotherVersion(context))
        {
            await WriteJsonAsync(context, 400, Failure(id, -32000, "Bad Request: Unsupported protocol version"));
            return false;
        }

        if (!Sessions || method == "initialize")
        {
            return true;
        }

        var session = context.Request.Headers[SessionHeader].ToString();
        if (session.Length > 0 && _sessions.ContainsKey(session))
        {
            return true;
        }

        await WriteJsonAsync(
            context,
            session.Length == 0 ? 400 : 404,
            Failure(id, -32001, session.Length == 0 ? "Bad Request: Mcp-Session-Id header is required" : "Session not found"));
        return false;
    }

    // Revisions before 2025-06-18 do not know the header.
    private bool NamesAnotherVersion(HttpContext context) =>
        string.CompareOrdinal(NewestLegacy, "2025-06-18") >= 0 && context.Request.Headers["MCP-Protocol-Version"] != NewestLegacy;

    private bool IsAuthorized(HttpContext context)
    {
        if (RequiredHeader is { } required && context.Request.Headers[required.Name] != required.Value)
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return false;
        }

        return true;
    }

    private void Delete(HttpContext context)
    {
        Record(context, default);
        var session = context.Request.Headers[SessionHeader].ToString();
        context.Response.StatusCode = _sessions.TryRemove(session, out _) ? 200 : 404;
        foreach (var key in _subscriptions.Keys.Where(key => key.Session == session))
        {
            _subscriptions.TryRemove(key, out _);
        }
    }

    private string? Record(HttpContext context, JsonElement message)
    {
        var method = message.ValueKind == JsonValueKind.Object && message.TryGetProperty("method", out var value) ? value.GetString() : null;
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Received.Enqueue(new FakeRequest(
            context.Request.Method,
            method ?? (context.Request.Method == "POST" ? null : context.Request.Method),
            headers,
            message.ValueKind == JsonValueKind.Undefined ? "" : message.GetRawText()));
        return method;
    }

    /// <summary>The stream of a call, which may be closed before the answer.</summary>
    private sealed class Place(FakeEventStream stream, HttpContext context)
    {
        public FakeEventStream Stream => stream;

        public HttpContext Context => context;

        public string? Name { get; set; }

        public TaskCompletionSource<string> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

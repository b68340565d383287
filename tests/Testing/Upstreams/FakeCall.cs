using System.Text.Json;

namespace McpGateway.Testing.Upstreams;

/// <summary>A request that a <see cref="FakeUpstream"/> is answering.</summary>
public sealed class FakeCall
{
    private readonly Func<string, Task> _send;
    private readonly FakeUpstream _upstream;

    internal FakeCall(FakeUpstream upstream, JsonElement message, bool modern, string session, Func<string, Task> send, CancellationToken cancelled)
    {
        _upstream = upstream;
        _send = send;
        Message = message;
        IsModern = modern;
        Session = session;
        Cancelled = cancelled;
    }

    public JsonElement Message { get; }

    public bool IsModern { get; }

    /// <summary>The session, or what stands for one in HTTP+SSE; empty for none.</summary>
    public string Session { get; }

    /// <summary>A header of the newest request with this method; null for none. Right while calls come one by one.</summary>
    public string? Header(string name) =>
        _upstream.ReceivedOf(Message.GetProperty("method").GetString()!)[^1].Headers.GetValueOrDefault(name);

    /// <summary>Fires when the caller cancels the call or goes away.</summary>
    public CancellationToken Cancelled { get; }

    public JsonElement Params => Message.TryGetProperty("params", out var value) ? value : default;

    public string Arguments => Params.ValueKind == JsonValueKind.Object && Params.TryGetProperty("arguments", out var value) ? value.GetRawText() : "{}";

    /// <summary>The progress token as raw JSON; null when the caller wants no progress.</summary>
    public string? ProgressToken =>
        Params.ValueKind == JsonValueKind.Object && Params.TryGetProperty("_meta", out var meta) && meta.TryGetProperty("progressToken", out var token)
            ? token.GetRawText()
            : null;

    public Task ProgressAsync(double progress, double total) =>
        ProgressToken is null
            ? Task.CompletedTask
            : _send(FormattableString.Invariant(
                $$$"""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":{{{ProgressToken}}},"progress":{{{progress}}},"total":{{{total}}}}}"""));

    public Task LogAsync(string text) =>
        _send($$$"""{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":{{{JsonSerializer.Serialize(text)}}}}}""");

    /// <summary>Sends any message on the call's own stream.</summary>
    public Task SendAsync(string message) => _send(message);

    /// <summary>Asks the client something and waits for its response message.</summary>
    public Task<JsonElement> AskAsync(string method, string parameters) => _upstream.AskAsync(method, parameters, _send);

    /// <summary>
    /// Closes the stream of a legacy call after an event that only names a place; what the call gives is the answer to the GET that names it.
    /// </summary>
    public Task LeaveAsync(string eventId, int retryMilliseconds) => _upstream.LeaveAsync(Message.GetProperty("id").GetRawText(), eventId, retryMilliseconds);

    /// <summary>Answers the call with a JSON-RPC error.</summary>
    public Task<string> FailAsync(int code, string message, string? data = null) => throw new FakeErrorException(code, message, data);

    /// <summary>Asks on the GET stream of the call's session, as if the question belonged to no call.</summary>
    public Task<JsonElement> AskBesideAsync(string method, string parameters) => _upstream.AskBesideAsync(Session, method, parameters);

    public static string Text(string text, bool isError = false) =>
        $$"""{"content":[{"type":"text","text":{{JsonSerializer.Serialize(text)}}}],"isError":{{(isError ? "true" : "false")}}}""";
}

/// <summary>A JSON-RPC error as the answer to a call.</summary>
internal sealed class FakeErrorException(int code, string message, string? data) : Exception(message)
{
    public int Code => code;

    public string? RawData => data;
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace McpGateway.Testing.Upstreams;

public sealed partial class FakeUpstream
{
    public const string Modern = "2026-07-28";

    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _asked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Session, string Id), CancellationTokenSource> _running = new();
    private int _lastQuestion;

    /// <summary>The capabilities it names.</summary>
    public string Capabilities
    {
        get
        {
            var changed = OffersListChanged ? """{"listChanged":true}""" : "{}";
            var parts = new List<string> { $"\"tools\":{changed}" };
            if (OffersEverything || !Prompts.IsEmpty)
            {
                parts.Add($"\"prompts\":{changed}");
            }

            if (OffersEverything || !Resources.IsEmpty || !Templates.IsEmpty)
            {
                parts.Add($"\"resources\":{(OffersSubscriptions ? WithMember(changed, "\"subscribe\":true") : changed)}");
            }

            if (OffersEverything)
            {
                parts.Add("\"completions\":{},\"logging\":{}");
            }

            if (MoreCapabilities.Length > 0)
            {
                parts.Add(MoreCapabilities);
            }

            return "{" + string.Join(',', parts) + "}";
        }
    }

    internal async Task<JsonElement> AskAsync(string method, string parameters, Func<string, Task> send)
    {
        var id = "srv-" + Interlocked.Increment(ref _lastQuestion).ToString(CultureInfo.InvariantCulture);
        var answer = _asked.GetOrAdd(id, _ => new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously));
        await send($$"""{"jsonrpc":"2.0","id":"{{id}}","method":"{{method}}","params":{{parameters}}}""");
        return await answer.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static string Failure(string id, int code, string message, string? data = null) =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":{{{code}}},"message":{{{Quote(message)}}}{{{(data is null ? "" : ",\"data\":" + data)}}}}}""";

    private static string Success(string id, string result) => $$"""{"jsonrpc":"2.0","id":{{id}},"result":{{result}}}""";

    private static string WithMember(string result, string member) => result == "{}" ? "{" + member + "}" : "{" + member + "," + result[1..];

    /// <summary>Takes a response or notification; true when the message was one.</summary>
    private bool TakeOneWay(JsonElement message, string? method, string session)
    {
        if (method is null)
        {
            if (message.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && _asked.TryRemove(id.GetString()!, out var answer))
            {
                answer.TrySetResult(message.Clone());
            }

            return true;
        }

        if (method == "notifications/cancelled"
            && _running.TryGetValue((session, message.GetProperty("params").GetProperty("requestId").GetRawText()), out var running))
        {
            running.Cancel();
        }

        return !message.TryGetProperty("id", out _);
    }

    /// <summary>Answers a request; null when it was cancelled.</summary>
    private async Task<string?> AnswerAsync(
        JsonElement message, string method, string session, bool modern, FakeFault fault, Func<string, Task> send, CancellationToken gone)
    {
        var id = message.GetProperty("id").GetRawText();
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(gone, _stopping.Token);
        _running[(session, id)] = cancelling;
        try
        {
            var call = new FakeCall(this, message, modern, session, send, cancelling.Token);
            var (result, code, text) = fault == FakeFault.Error ? (null, -32603, "scripted") : await RunAsync(method, call, fault);
            if (result is null)
            {
                return Failure(id, code, text);
            }

            if (modern && !result.Contains("\"resultType\"", StringComparison.Ordinal))
            {
                result = WithMember(result, "\"resultType\":\"complete\"");
            }

            return Success(fault == FakeFault.WrongId ? "\"another\"" : id, result);
        }
        catch (FakeErrorException error)
        {
            return Failure(id, error.Code, error.Message, error.RawData);
        }
        catch (OperationCanceledException) when (cancelling.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            _running.TryRemove((session, id), out _);
        }
    }

    private async Task<(string? Result, int Code, string Text)> RunAsync(string method, FakeCall call, FakeFault fault) => method switch
    {
        _ when UnknownMethods.Contains(method) => (null, -32601, "Method not found"),
        _ when Methods.TryGetValue(method, out var run) => (await run(call), 0, ""),
        "initialize" when !call.IsModern => (Initialize(call.Params), 0, ""),
        "server/discover" when call.IsModern => (Discover(), 0, ""),
        "ping" when !call.IsModern => ("{}", 0, ""),
        "logging/setLevel" when !call.IsModern => ("{}", 0, ""),
        "tools/list" => (List("tools", Tools, call, fault), 0, ""),
        "prompts/list" => (List("prompts", Prompts, call, fault), 0, ""),
        "resources/list" => (List("resources", Resources, call, fault), 0, ""),
        "resources/templates/list" => (List("resourceTemplates", Templates, call, fault), 0, ""),
        "tools/call" => await RunAsync(Tools, call, "name", "Unknown tool", -32602),
        "prompts/get" => await RunAsync(Prompts, call, "name", "Unknown prompt", -32602),
        "resources/read" => await RunAsync(Resources, call, "uri", "Resource not found", call.IsModern ? -32602 : -32002),
        "resources/subscribe" or "resources/unsubscribe" when !call.IsModern && OffersSubscriptions => Subscribe(method, call),
        "completion/complete" => ("""{"completion":{"values":["one","two"],"hasMore":false}}""", 0, ""),
        _ => (null, -32601, "Method not found"),
    };

    private static async Task<(string? Result, int Code, string Text)> RunAsync(
        ConcurrentDictionary<string, FakeItem> items, FakeCall call, string key, string unknown, int code) =>
        call.Params.ValueKind == JsonValueKind.Object
        && call.Params.TryGetProperty(key, out var name)
        && items.TryGetValue(name.GetString()!, out var item)
            ? (await item.Run(call), 0, "")
            : (null, code, unknown);

    private string Initialize(JsonElement parameters)
    {
        var asked = parameters.GetProperty("protocolVersion").GetString()!;
        var version = string.CompareOrdinal(asked, NewestLegacy) <= 0 ? asked : NewestLegacy;
        return $$$"""{"protocolVersion":"{{{version}}}","capabilities":{{{Capabilities}}},"serverInfo":{{{ServerInfo}}}{{{InstructionsMember}}}}""";
    }

    private string Discover() =>
        $$$"""{"supportedVersions":["{{{Modern}}}"],"capabilities":{{{Capabilities}}},"ttlMs":1000,"cacheScope":"public"{{{InstructionsMember}}},"_meta":{"io.modelcontextprotocol/serverInfo":{{{ServerInfo}}}}}""";

    private string ServerInfo => $$"""{"name":{{Quote(Name)}},"version":{{Quote(Version)}}}""";

    private string InstructionsMember => Instructions is null ? "" : $",\"instructions\":{Quote(Instructions)}";

    private string List(string member, ConcurrentDictionary<string, FakeItem> items, FakeCall call, FakeFault fault)
    {
        if (fault == FakeFault.NoList)
        {
            return "{\"" + member + "\":7}";
        }

        var cursor = call.Params.ValueKind == JsonValueKind.Object && call.Params.TryGetProperty("cursor", out var value) ? value.GetString()! : "0";
        var ordered = items.Values.OrderBy(item => item.Name, StringComparer.Ordinal).ToArray();
        var start = int.Parse(cursor, CultureInfo.InvariantCulture);
        var page = PageSize > 0 ? ordered.Skip(start).Take(PageSize).ToArray() : ordered;
        var next = fault switch
        {
            FakeFault.SameCursor => "0",
            FakeFault.EndlessPages => (start + 1).ToString(CultureInfo.InvariantCulture),
            _ => PageSize > 0 && start + PageSize < ordered.Length ? (start + PageSize).ToString(CultureInfo.InvariantCulture) : null,
        };
        return "{\"" + member + "\":[" + string.Join(',', page.Select(item => item.Definition)) + "]"
            + (call.IsModern ? ",\"ttlMs\":1000,\"cacheScope\":\"public\"" : "")
            + (next is null ? "" : ",\"nextCursor\":\"" + next + "\"") + "}";
    }
}

using System.Collections.Concurrent;
using System.Text.Json;

namespace McpGateway.Testing.Upstreams;

/// <summary>
/// Tasks of a <see cref="FakeUpstream"/> in the form of its era. The tool <c>job</c> makes one whenever it may, unless it is told to answer at
/// once (the argument <c>now</c>, with the answer as its value); what becomes of it is scripted.
/// </summary>
public sealed class FakeTasks
{
    private const string Related = "io.modelcontextprotocol/related-task";
    private const string Extension = "io.modelcontextprotocol/tasks";

    private readonly ConcurrentDictionary<string, FakeTask> _tasks = new(StringComparer.Ordinal);
    private int _lastId;
    private bool _isRequired;

    /// <summary>The tasks in the order in which they were made.</summary>
    public IReadOnlyList<FakeTask> Made => [.. _tasks.Values.OrderBy(task => task.Number)];

    /// <summary>Whether tasks ask as soon as they are made.</summary>
    public bool AsksAtOnce { get; set; }

    /// <summary>Adds the tool and the methods.</summary>
    /// <param name="support"><c>execution.taskSupport</c> of the tool.</param>
    public static FakeTasks AddTo(FakeUpstream upstream, string support = "optional")
    {
        var tasks = new FakeTasks { _isRequired = support == "required" };
        upstream.MoreCapabilities = upstream.Era == FakeEra.Modern
            ? $$$"""
              "extensions":{"{{{Extension}}}":{}}
              """.Trim()
            : """
              "tasks":{"list":{},"cancel":{},"requests":{"tools":{"call":{}}}}
              """.Trim();
        upstream.AddTool("job", tasks.CallAsync, $$$"""{"name":"job","description":"Takes long","inputSchema":{"type":"object"},"execution":{"taskSupport":"{{{support}}}"}}""");
        upstream.Methods["tasks/get"] = call => Task.FromResult(Show(call, tasks.Find(call)));
        upstream.Methods["tasks/cancel"] = tasks.CancelAsync;
        if (upstream.Era == FakeEra.Modern)
        {
            upstream.Methods["tasks/update"] = tasks.UpdateAsync;
        }
        else
        {
            upstream.Methods["tasks/result"] = tasks.ResultAsync;
        }

        return tasks;
    }

    private Task<string> CallAsync(FakeCall call)
    {
        if (call.IsModern && call.Params.GetProperty("arguments").TryGetProperty("now", out var answer))
        {
            return Task.FromResult(answer.GetRawText());
        }

        if (!Asks(call))
        {
            return !_isRequired ? Task.FromResult(FakeCall.Text("at once"))
                : call.IsModern ? call.FailAsync(-32021, "Tasks are needed", $$$"""{"requiredCapabilities":{"extensions":{"{{{Extension}}}":{} } } }""")
                : call.FailAsync(-32601, "Tasks are needed");
        }

        var number = Interlocked.Increment(ref _lastId);
        var task = _tasks[$"task {number}"] = new FakeTask(number) { ProgressToken = call.ProgressToken };
        if (AsksAtOnce)
        {
            task.Ask();
        }

        return Task.FromResult(call.IsModern ? Show(call, task, ",\"resultType\":\"task\"") : $$"""{"task":{{Show(call, task)}},"x-vendor":1}""");
    }

    private static bool Asks(FakeCall call) => call.IsModern
        ? call.Params.GetProperty("_meta").GetProperty("io.modelcontextprotocol/clientCapabilities").TryGetProperty("extensions", out var extensions)
            && extensions.TryGetProperty(Extension, out _)
        : call.Params.TryGetProperty("task", out _);

    private FakeTask Find(FakeCall call)
    {
        var id = call.Params.GetProperty("taskId").GetString()!;
        return _tasks.TryGetValue(id, out var task) ? task : throw new FakeErrorException(-32602, "Unknown task", data: null);
    }

    private static string Show(FakeCall call, FakeTask task, string more = "")
    {
        var end = !call.IsModern || more.Length > 0 ? ""
            : task.Status == "input_required" ? $$$""","inputRequests":{"who":{"method":"elicitation/create","params":{{{FakeTask.Form}}}}}"""
            : task is { Status: "completed", Result: { } result } ? $",\"result\":{result}"
            : task is { Status: "failed", Error: { } error } ? $",\"error\":{error}"
            : "";
        var times = call.IsModern ? "\"ttlMs\":60000,\"pollIntervalMs\":50" : "\"ttl\":60000,\"pollInterval\":50";
        return $$"""
            {"taskId":"{{task.Id}}","status":"{{task.Status}}","createdAt":"2026-01-02T03:04:05Z","lastUpdatedAt":"2026-01-02T03:04:05Z",{{times}},"x-kept":[1]{{end}}{{more}}}
            """.Trim();
    }

    private Task<string> CancelAsync(FakeCall call)
    {
        var task = Find(call);
        if (!call.IsModern && task.IsTerminal)
        {
            return call.FailAsync(-32602, "The task has ended.");
        }

        task.End(task.IsTerminal ? task.Status : "cancelled");
        return Task.FromResult(call.IsModern ? "{}" : Show(call, task));
    }

    private Task<string> UpdateAsync(FakeCall call)
    {
        Find(call).Answer(call.Params.GetProperty("inputResponses").GetRawText());
        return Task.FromResult("{}");
    }

    private async Task<string> ResultAsync(FakeCall call)
    {
        var task = Find(call);
        if (task.ProgressToken is { } token)
        {
            await call.SendAsync($$$"""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":{{{token}}},"progress":1} }""");
        }

        if (task.Status == "input_required")
        {
            var meta = $$$"""
                "_meta":{"{{{Related}}}":{"taskId":"{{{task.Id}}}"}}
                """.Trim();
            var answer = await call.AskAsync("elicitation/create", FakeTask.Form[..^1] + "," + meta + "}");
            task.Answer(answer.GetProperty("result").GetRawText());
        }

        await task.Ended.WaitAsync(TimeSpan.FromSeconds(20), call.Cancelled);
        if (task.Error is { } error)
        {
            var parsed = JsonElement.Parse(error);
            return await call.FailAsync(parsed.GetProperty("code").GetInt32(), parsed.GetProperty("message").GetString()!);
        }

        return $$$"""{{{task.Result![..^1]}}},"_meta":{"{{{Related}}}":{"taskId":"{{{task.Id}}}"},"own":1}}""";
    }
}

/// <summary>One task of a <see cref="FakeUpstream"/>.</summary>
public sealed class FakeTask(int number)
{
    public const string Form = """{"message":"Who?","requestedSchema":{"type":"object","properties":{"name":{"type":"string"}}}}""";

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Number => number;

    /// <summary>The progress token of the call, raw; null for none.</summary>
    public string? ProgressToken { get; init; }

    public string Id => $"task {number}";

    public string Status { get; private set; } = "working";

    /// <summary>The tool's result, raw.</summary>
    public string? Result { get; private set; }

    /// <summary>The JSON-RPC error, raw.</summary>
    public string? Error { get; private set; }

    public bool IsTerminal => Status is "completed" or "failed" or "cancelled";

    public Task Ended => _ended.Task;

    /// <summary>It waits for an answer from now on; the answer, as raw text, becomes its result.</summary>
    public void Ask() => Status = "input_required";

    public void Answer(string raw) => Complete(FakeCall.Text(raw));

    public void Complete(string result, string status = "completed")
    {
        Result = result;
        End(status);
    }

    public void Fail(int code, string message)
    {
        Error = $$"""{"code":{{code}},"message":"{{message}}"}""";
        End("failed");
    }

    public void End(string status)
    {
        Status = status;
        _ended.TrySetResult();
    }
}

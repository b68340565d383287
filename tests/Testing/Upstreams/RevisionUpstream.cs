using System.Globalization;
using System.Text.Json;

namespace McpGateway.Testing.Upstreams;

/// <summary>
/// A scripted MCP server that speaks exactly one revision, with a tool for each thing that servers and clients do together: <c>echo</c>,
/// <c>count</c> (progress), <c>sample</c>, <c>elicit</c> and <c>roots</c> (questions, in the way of the revision), <c>wait</c> (until it is
/// cancelled), <c>cancelled</c> (how many were), <c>grow</c> (the list changes).
/// </summary>
public sealed class RevisionUpstream : IAsyncDisposable
{
    private const string HttpAndSse = "2024-11-05";

    private readonly FakeUpstream _fake;
    private int _cancelled;
    private int _grown;

    private RevisionUpstream(string revision, FakeUpstream fake) => (Revision, _fake) = (revision, fake);

    public string Revision { get; }

    /// <summary>Where it is reached by the transport of its revision.</summary>
    public string Url => Revision == HttpAndSse ? _fake.SseUrl : _fake.Url;

    /// <summary>The transport of its revision, as the REST API names it.</summary>
    public string Transport => Revision == HttpAndSse ? "SSE" : "STREAMABLEHTTP";

    public static async Task<RevisionUpstream> StartAsync(string revision)
    {
        var fake = await FakeUpstream.StartAsync(fake =>
        {
            fake.Name = revision;
            fake.OffersEverything = false;
            if (revision == FakeUpstream.Modern)
            {
                (fake.Era, fake.Sessions) = (FakeEra.Modern, false);
            }
            else
            {
                (fake.Era, fake.NewestLegacy, fake.InsistsOnVersion) = (FakeEra.Legacy, revision, true);
            }
        });
        var upstream = new RevisionUpstream(revision, fake);
        upstream.AddTools();
        return upstream;
    }

    public ValueTask DisposeAsync() => _fake.DisposeAsync();

    private void AddTools()
    {
        _fake.AddTool("count", CountAsync);
        _fake.AddTool("sample", static call => AskAsync(
            call,
            "sampling/createMessage",
            """{"messages":[{"role":"user","content":{"type":"text","text":"Which color?"}}],"maxTokens":10}""",
            static answer => answer.GetProperty("content").GetProperty("text").GetString()!));
        _fake.AddTool("elicit", static call => AskAsync(
            call,
            "elicitation/create",
            """{"message":"Who are you?","requestedSchema":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}}""",
            static answer => answer.GetProperty("content").GetProperty("name").GetString()!));
        _fake.AddTool("roots", static call => AskAsync(
            call, "roots/list", "{}", static answer => answer.GetProperty("roots")[0].GetProperty("uri").GetString()!));
        _fake.AddTool("wait", WaitAsync);
        _fake.AddTool("cancelled", _ => Task.FromResult(FakeCall.Text(Volatile.Read(ref _cancelled).ToString(CultureInfo.InvariantCulture))));
        _fake.AddTool("grow", GrowAsync);
    }

    private static async Task<string> CountAsync(FakeCall call)
    {
        await call.ProgressAsync(1, 3);
        await call.ProgressAsync(2, 3);
        return FakeCall.Text("counted");
    }

    private static async Task<string> AskAsync(FakeCall call, string method, string parameters, Func<JsonElement, string> read)
    {
        if (!call.IsModern)
        {
            var response = await call.AskAsync(method, parameters);
            return response.TryGetProperty("result", out var result) ? FakeCall.Text(read(result)) : FakeCall.Text(response.GetRawText(), isError: true);
        }

        return call.Params.TryGetProperty("inputResponses", out var answers) && answers.TryGetProperty("question", out var answer)
            ? FakeCall.Text(read(answer))
            : $$$$"""{"resultType":"input_required","inputRequests":{"question":{"method":"{{{{method}}}}","params":{{{{parameters}}}}}}}""";
    }

    private async Task<string> WaitAsync(FakeCall call)
    {
        await call.ProgressAsync(1, 2);
        try
        {
            await Task.Delay(Timeout.Infinite, call.Cancelled);
        }
        finally
        {
            Interlocked.Increment(ref _cancelled);
        }

        return FakeCall.Text("never said");
    }

    private async Task<string> GrowAsync(FakeCall call)
    {
        var name = "grown-" + Interlocked.Increment(ref _grown).ToString(CultureInfo.InvariantCulture);
        _fake.AddTool(name);
        await _fake.NotifyAsync("notifications/tools/list_changed");
        return FakeCall.Text(name);
    }
}

using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace McpGateway.Testing.Upstreams;

public sealed partial class FakeUpstream
{
    private int _pendingPosts;

    private readonly ConcurrentDictionary<string, OpenStream> _streams = new(StringComparer.Ordinal);

    /// <summary>How many GET, listen and SSE streams are open.</summary>
    public int OpenStreams => _streams.Count;

    /// <summary>Messages of HTTP+SSE clients that were posted and have not got their 202 yet.</summary>
    public int PendingPosts => Volatile.Read(ref _pendingPosts);

    /// <summary>Sends a notification on every open stream.</summary>
    public async Task NotifyAsync(string method, string parameters = "{}")
    {
        foreach (var stream in _streams.Values)
        {
            var tagged = stream.ListenId is null
                ? parameters
                : WithMember(parameters, "\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":" + stream.ListenId + "}");
            await stream.Events.SendAsync($$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{tagged}}}""");
        }
    }

    /// <summary>Ends every open stream.</summary>
    public void CloseStreams()
    {
        foreach (var stream in _streams.Values)
        {
            stream.Closing.TrySetResult();
        }
    }

    private async Task GetAsync(HttpContext context)
    {
        Record(context, default);
        if (!IsAuthorized(context))
        {
            return;
        }

        var session = context.Request.Headers[SessionHeader].ToString();
        if (!OffersGetStream || Era == FakeEra.Modern)
        {
            context.Response.StatusCode = 405;
            return;
        }

        if (Sessions && !_sessions.ContainsKey(session))
        {
            context.Response.StatusCode = session.Length == 0 ? 400 : 404;
            return;
        }

        if (_left.TryRemove(context.Request.Headers["Last-Event-ID"].ToString(), out var place))
        {
            await ResumeAsync(context, place);
            return;
        }

        await HoldAsync(context, Guid.NewGuid().ToString("N"), null, events => events.StartAsync());
    }

    private Task ListenAsync(HttpContext context, JsonElement message, string id) => HoldAsync(
        context,
        Guid.NewGuid().ToString("N"),
        id,
        events => events.SendAsync(
            $$$$"""{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"notifications":{{{{message.GetProperty("params").GetProperty("notifications").GetRawText()}}}},"_meta":{"io.modelcontextprotocol/subscriptionId":{{{{id}}}}}}}"""));

    private async Task SseAsync(HttpContext context)
    {
        Record(context, default);
        if (!IsAuthorized(context) || await Misbehave(context, "GET", default, out _))
        {
            return;
        }

        var session = Guid.NewGuid().ToString("N");
        await HoldAsync(
            context,
            session,
            null,
            events => events.WriteAsync($"event: endpoint\ndata: {string.Format(System.Globalization.CultureInfo.InvariantCulture, SseEndpoint, session)}\n\n"));
    }

    private async Task SsePostAsync(HttpContext context)
    {
        Interlocked.Increment(ref _pendingPosts);
        context.Response.OnCompleted(() =>
        {
            Interlocked.Decrement(ref _pendingPosts);
            return Task.CompletedTask;
        });
        using var reader = new StreamReader(context.Request.Body);
        var message = JsonElement.Parse(await reader.ReadToEndAsync(context.RequestAborted)).Clone();
        var method = Record(context, message);
        if (!IsAuthorized(context))
        {
            return;
        }

        var session = context.Request.Query["sessionId"].ToString();
        if (!_streams.TryGetValue(session, out var stream))
        {
            context.Response.StatusCode = 404;
            return;
        }

        var fault = TakeFault(method ?? "");
        switch (fault)
        {
            case FakeFault.Garbage:
                await stream.Events.WriteAsync("event: message\ndata: {not json\n\n");
                break;
            case FakeFault.CutStream:
                stream.Closing.TrySetResult();
                break;
            case FakeFault.ServerError:
                context.Response.StatusCode = 500;
                return;
            case FakeFault.SessionNotFound:
                context.Response.StatusCode = 404;
                return;
            case FakeFault.Silence:
                break;
            default:
                if (!TakeOneWay(message, method, session))
                {
                    _ = AnswerOnStreamAsync(stream, session, message, method!, fault);
                }

                break;
        }

        context.Response.StatusCode = 202;
    }

    private async Task AnswerOnStreamAsync(OpenStream stream, string session, JsonElement message, string method, FakeFault fault)
    {
        if (await AnswerAsync(message, method, session, modern: false, fault, stream.Events.SendAsync, stream.Gone) is { } answer)
        {
            await stream.Events.SendAsync(answer);
        }
    }

    private async Task HoldAsync(HttpContext context, string key, string? listenId, Func<FakeEventStream, Task> open)
    {
        var stream = new OpenStream(
            new FakeEventStream(context.Response),
            listenId,
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            context.RequestAborted);
        _streams[key] = stream;
        try
        {
            await open(stream.Events);
            await stream.Closing.Task.WaitAsync(context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left.
        }
        finally
        {
            _streams.TryRemove(key, out _);
        }
    }

    private sealed record OpenStream(FakeEventStream Events, string? ListenId, TaskCompletionSource Closing, CancellationToken Gone);
}

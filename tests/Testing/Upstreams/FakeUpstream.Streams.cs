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
            await SendAsync(stream, method, parameters);
        }
    }

    /// <summary>Sends a message on the streams of one session.</summary>
    public async Task SendToAsync(string session, string message)
    {
        foreach (var stream in _streams.Values.Where(stream => stream.Session == session))
        {
            await stream.Events.SendAsync(message);
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

        await HoldAsync(context, Guid.NewGuid().ToString("N"), session, null, [], events => HoldsHeadersBack ? Task.CompletedTask : events.StartAsync());
    }

    private Task ListenAsync(HttpContext context, JsonElement message, string id)
    {
        var notifications = message.GetProperty("params").GetProperty("notifications");
        var watched = WatchedBy(notifications);
        var honoured = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var wanted in notifications.EnumerateObject())
        {
            honoured[wanted.Name] = wanted.Name == "resourceSubscriptions" ? watched : wanted.Value.Clone();
        }

        return HoldAsync(
            context,
            Guid.NewGuid().ToString("N"),
            "",
            id,
            watched,
            events => events.SendAsync(
                $$$$"""{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"notifications":{{{{JsonSerializer.Serialize(honoured)}}}},"_meta":{"io.modelcontextprotocol/subscriptionId":{{{{id}}}}}}}"""));
    }

    private static Task SendAsync(OpenStream stream, string method, string parameters)
    {
        var tagged = stream.ListenId is null
            ? parameters
            : WithMember(parameters, "\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":" + stream.ListenId + "}");
        return stream.Events.SendAsync($$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{tagged}}}""");
    }

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
            session,
            null,
            [],
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
            case FakeFault.CutCharacter:
                await stream.Events.WriteAsync(EventOf(CutIn(message)));
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

    /// <param name="key">Unlike that of any other open stream.</param>
    private async Task HoldAsync(HttpContext context, string key, string session, string? listenId, string[] watched, Func<FakeEventStream, Task> open)
    {
        var stream = new OpenStream(
            session,
            new FakeEventStream(context.Response),
            listenId,
            watched,
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

    internal Task<JsonElement> AskBesideAsync(string session, string method, string parameters)
    {
        var stream = _streams.Values.FirstOrDefault(open => open.Session == session && open.ListenId is null)
            ?? throw new InvalidOperationException("The session has no open stream to ask on.");
        return AskAsync(method, parameters, stream.Events.SendAsync);
    }

    private sealed record OpenStream(
        string Session, FakeEventStream Events, string? ListenId, string[] Watched, TaskCompletionSource Closing, CancellationToken Gone);
}

using System.Buffers;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Feed;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Subscriptions;
using McpGateway.Gateway.Routing;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Sessions;

/// <summary>The open event streams of legacy sessions: serves them, and tells them when a virtual server's lists change.</summary>
internal sealed class SessionStreams : IFeedCache
{
    private static readonly ReadOnlyMemory<byte>[] s_listChanged =
    [
        """{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"""u8.ToArray(),
        """{"jsonrpc":"2.0","method":"notifications/prompts/list_changed"}"""u8.ToArray(),
        """{"jsonrpc":"2.0","method":"notifications/resources/list_changed"}"""u8.ToArray(),
    ];

    private readonly SessionTable _sessions;
    private readonly ChangeAudience _audience;
    private readonly IOptions<McpOptions> _options;
    private readonly TimeProvider _time;

    public SessionStreams(SessionTable sessions, ServerTable servers, ChangeAudience audience, IOptions<McpOptions> options, TimeProvider time)
    {
        (_sessions, _audience, _options, _time) = (sessions, audience, options, time);
        servers.Replaced += OnReplaced;
    }

    /// <summary>Serves a session's GET stream until the client leaves, another takes its place, or the session ends.</summary>
    public async Task ServeAsync(HttpContext context, ClientSession session)
    {
        var stream = new EventStream();
        session.Attach(stream);
        try
        {
            HttpReply.SetStreamHeaders(context);
            // At once, so that the client and whatever stands between know that the stream is open.
            context.Response.BodyWriter.Write(":\n\n"u8);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            await PumpAsync(context, stream);
        }
        finally
        {
            stream.Complete();
            session.Detach(stream);
            session.Touch(_time.GetTimestamp());
        }
    }

    /// <summary>Sends what the stream gets, and a comment whenever it was quiet for a while.</summary>
    public async Task PumpAsync(HttpContext context, EventStream stream)
    {
        var output = context.Response.BodyWriter;
        try
        {
            while (await WaitAsync(stream, context.RequestAborted) is { } hasMessages)
            {
                if (!hasMessages)
                {
                    output.Write(":\n\n"u8);
                }

                while (stream.Messages.TryRead(out var message))
                {
                    EventWriter.Write(output, message.Span);
                }

                await output.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left.
        }
    }

    /// <summary>True for messages, false when it is time for a sign of life, null when the stream has ended.</summary>
    private async Task<bool?> WaitAsync(EventStream stream, CancellationToken clientGone)
    {
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(clientGone);
        using var timer = _time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), quiet, _options.Value.KeepAlive, Timeout.InfiniteTimeSpan);
        try
        {
            return await stream.Messages.WaitToReadAsync(quiet.Token) ? true : null;
        }
        catch (OperationCanceledException) when (!clientGone.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Apply(Change change)
    {
        if (change.Kind == ChangeKind.Announcement && ListAnnouncement.Parse(change.Key) is { } announced)
        {
            foreach (var session in _sessions.Listening())
            {
                Tell(session, _audience.ListsOf(announced, session.ServerId, session.Owner));
            }
        }
    }

    public void Reset()
    {
        // What an upstream announced without being different may be missed.
    }

    private void OnReplaced(ServerModel before, ServerModel? after)
    {
        var replaced = new ServerReplacement(before, after);
        foreach (var session in _sessions.Listening().Where(session => ChangeAudience.Concerns(replaced.ServerId, session.ServerId, session.Owner)))
        {
            if (!string.Equals(session.ServerId, replaced.ServerId, StringComparison.Ordinal))
            {
                Tell(session, ChangeAudience.ListsOfPart(replaced, session.Owner));
            }
            else if (after is null || !McpGate.MayUse(session.Owner, after.Header))
            {
                session.Stream?.Complete();
            }
            else
            {
                Tell(session, _audience.ListsOf(replaced.Difference, session.ServerId, session.Owner));
            }
        }
    }

    private static void Tell(ClientSession session, ChangedLists changed)
    {
        for (var list = 0; list < s_listChanged.Length; list++)
        {
            if (changed.HasFlag((ChangedLists)(1 << list)))
            {
                session.Stream?.TrySend(s_listChanged[list]);
            }
        }
    }
}

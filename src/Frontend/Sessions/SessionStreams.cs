using System.Buffers;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Nodes;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Feed;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Nodes;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Subscriptions;
using McpGateway.Gateway.Routing;
using McpGateway.Protocol.Mcp;
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
    private readonly SessionWatchers _watchers;
    private readonly ChangeAudience _audience;
    private readonly Carrier _carrier;
    private readonly IOptions<McpOptions> _options;
    private readonly TimeProvider _time;

    public SessionStreams(
        SessionTable sessions,
        ServerTable servers,
        SessionWatchers watchers,
        ChangeAudience audience,
        Carrier carrier,
        IOptions<McpOptions> options,
        TimeProvider time)
    {
        (_sessions, _watchers, _audience, _carrier, _options, _time) = (sessions, watchers, audience, carrier, options, time);
        servers.Replaced += OnReplaced;
    }

    /// <summary>
    /// Serves a session's GET stream until the client leaves, another takes its place, or the session ends. With a last event id it is the
    /// stream that the client lost, from there on: the general one, or that of an answer, wherever it is.
    /// </summary>
    public async Task ServeAsync(HttpContext context, ClientSession session, Admission admission, LastEventId? last)
    {
        if (last is { } lost && session.FindStream(lost.Stream) is { } found && (!found.IsEnded || found.IsAnswer))
        {
            await ServeAsync(context, session, found, admission, lost.Number);
        }
        else if (last is not { } elsewhere || !await ResumeElsewhereAsync(context, session, elsewhere))
        {
            var stream = new EventStream(StreamIds.Next());
            if (last is not null)
            {
                // What the lost one said nobody knows any more: the client shall look for itself.
                Tell(stream, ListsOf(admission.Server.Identity));
            }

            await ServeAsync(context, session, stream, admission, after: 0);
        }
    }

    /// <summary>Writes the general stream of a session, and listens meanwhile to what its upstreams say beside the answers to calls.</summary>
    /// <param name="after">The last event that the client has.</param>
    public async Task PumpAsync(HttpContext context, ClientSession session, EventStream stream, Admission admission, long after = 0)
    {
        await using var watching = _watchers.Begin(session, stream, admission);
        await WriteAsync(context, stream, after);
    }

    /// <summary>Writes what the stream gets, and a comment whenever it was quiet for a while.</summary>
    private async Task WriteAsync(HttpContext context, EventStream stream, long after)
    {
        var output = context.Response.BodyWriter;
        try
        {
            for (var isFirst = true; ; isFirst = false)
            {
                var events = await ReadAsync(stream, after, isFirst, context.RequestAborted);
                if (events is { Count: 0 })
                {
                    return;
                }

                if (events is null)
                {
                    output.Write(":\n\n"u8);
                }

                foreach (var sent in events ?? [])
                {
                    EventWriter.Write(output, sent.Message.Span, stream.EventId(sent.Number));
                    after = sent.Number;
                }

                await output.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left.
        }
    }

    /// <summary>Sends what the stream gets to the node where its client waits.</summary>
    public async ValueTask CopyAsync(EventStream stream, long after, CarriedReply reply)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var events = await ReadAsync(stream, after, isFirst, reply.ClientGone);
            if (events is { Count: 0 })
            {
                await reply.AbandonAsync();
                return;
            }

            foreach (var sent in events ?? [])
            {
                await reply.SendEventAsync(sent.Message, stream.EventId(sent.Number));
                after = sent.Number;
            }
        }
    }

    private async Task ServeAsync(HttpContext context, ClientSession session, EventStream stream, Admission admission, long after)
    {
        if (!stream.IsAnswer)
        {
            stream.EndedAt = null;
            session.Attach(stream);
        }

        try
        {
            HttpReply.SetStreamHeaders(context);
            // At once, so that the client and whatever stands between know that the stream is open.
            if (session.Revision.HasStreamPolling() && !stream.IsAnswer)
            {
                EventWriter.WritePriming(context.Response.BodyWriter, stream.EventId(after)!);
            }
            else
            {
                context.Response.BodyWriter.Write(":\n\n"u8);
            }

            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            await (stream.IsAnswer ? WriteAsync(context, stream, after) : PumpAsync(context, session, stream, admission, after));
        }
        finally
        {
            session.Touch(_time.GetTimestamp());
            if (!stream.IsAnswer)
            {
                // What comes now is kept, for a while, for a client that resumes; unless the stream was ended on our side.
                stream.EndedAt = _time.GetTimestamp();
                if (stream.IsEnded)
                {
                    session.Detach(stream);
                }
            }
        }
    }

    /// <summary>
    /// Looks for the stream where it was handed over to, and on the other nodes of the session; false when nobody has it. A node that is
    /// just handing it over may no longer have it when it is asked.
    /// </summary>
    private async ValueTask<bool> ResumeElsewhereAsync(HttpContext context, ClientSession session, LastEventId last) =>
        await ReplayAsync(context, session, last) || await CarryAsync(context, session, last) || await ReplayAsync(context, session, last);

    /// <summary>Writes what the client has missed of an answer whose node has handed it over; false when none did.</summary>
    private async ValueTask<bool> ReplayAsync(HttpContext context, ClientSession session, LastEventId last)
    {
        if (await _sessions.FindLostAsync(session, last.Stream, context.RequestAborted) is not { } lost)
        {
            return false;
        }

        HttpReply.SetStreamHeaders(context);
        var output = context.Response.BodyWriter;
        output.Write(":\n\n"u8);
        foreach (var missed in lost.Events.Where(missed => missed.Number > last.Number))
        {
            EventWriter.Write(output, missed.Message.Span, (last with { Number = missed.Number }).ToString());
            await output.FlushAsync(context.RequestAborted);
        }

        await output.FlushAsync(context.RequestAborted);
        return true;
    }

    /// <summary>Looks for the stream on the other nodes of the session; false when none has it.</summary>
    private async ValueTask<bool> CarryAsync(HttpContext context, ClientSession session, LastEventId last)
    {
        var reply = new HttpReply(context);
        var mail = NodeMail.Of(NodeMailKind.Resume, $"{session.Id.Key}/{last}", default);
        foreach (var node in await _sessions.OtherNodesAsync(session, context.RequestAborted))
        {
            if (await _carrier.CarryAsync(node, mail, reply, part => part.Kind == ReplyPartKind.Message ? reply.SendEventAsync(part.Content, part.EventId) : default))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The next events; null when it is time for a sign of life, empty at the end.</summary>
    private ValueTask<IReadOnlyList<StreamEvent>?> ReadAsync(EventStream stream, long after, bool isFirst, CancellationToken clientGone) =>
        stream.ReadAsync(after, isFirst, _options.Value.KeepAlive, _time, clientGone);

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

    /// <summary>The lists that a virtual server declares.</summary>
    private static ChangedLists ListsOf(ServerIdentity server) => ChangedLists.Tools
        | (server.HasPrompts ? ChangedLists.Prompts : ChangedLists.None)
        | (server.HasResources ? ChangedLists.Resources : ChangedLists.None);

    private static void Tell(ClientSession session, ChangedLists changed)
    {
        if (session.Stream is { } stream)
        {
            Tell(stream, changed);
        }
    }

    private static void Tell(EventStream stream, ChangedLists changed)
    {
        for (var list = 0; list < s_listChanged.Length; list++)
        {
            if (changed.HasFlag((ChangedLists)(1 << list)))
            {
                stream.TrySend(s_listChanged[list]);
            }
        }
    }
}

using System.Buffers;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Gateway.Routing;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Sessions;

/// <summary>The open event streams of legacy sessions: serves them, and tells them when a virtual server's lists change.</summary>
internal sealed class SessionStreams
{
    private static readonly ReadOnlyMemory<byte>[] s_listChanged =
    [
        """{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"""u8.ToArray(),
        """{"jsonrpc":"2.0","method":"notifications/prompts/list_changed"}"""u8.ToArray(),
        """{"jsonrpc":"2.0","method":"notifications/resources/list_changed"}"""u8.ToArray(),
    ];

    private readonly SessionTable _sessions;
    private readonly IOptions<McpOptions> _options;
    private readonly TimeProvider _time;

    public SessionStreams(SessionTable sessions, ServerTable servers, IOptions<McpOptions> options, TimeProvider time)
    {
        (_sessions, _options, _time) = (sessions, options, time);
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

    private void OnReplaced(ServerModel before, ServerModel? after)
    {
        foreach (var session in _sessions.Of(before.Header.ServerId))
        {
            if (after is null || !after.Header.Enabled)
            {
                session.Stream?.Complete();
                continue;
            }

            if (ListsDiffer(before, after, ItemKind.Tool))
            {
                session.Stream?.TrySend(s_listChanged[0]);
            }

            if (ListsDiffer(before, after, ItemKind.Prompt))
            {
                session.Stream?.TrySend(s_listChanged[1]);
            }

            if (ListsDiffer(before, after, ItemKind.Resource) || ListsDiffer(before, after, ItemKind.ResourceTemplate))
            {
                session.Stream?.TrySend(s_listChanged[2]);
            }
        }
    }

    private static bool ListsDiffer(ServerModel before, ServerModel after, ItemKind kind) => !before.Table(kind).ListsTheSame(after.Table(kind));
}

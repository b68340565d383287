using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Sessions;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Relay;

/// <summary>Upstream sessions of this node's calls: known ones cost a look-up, others are asked of their connection's grain.</summary>
internal sealed class UpstreamSessions(IGrains grains, UpstreamAsides asides)
{
    /// <summary>The session to call with, or why there is none. <paramref name="stale"/> is the one the upstream no longer knows.</summary>
    public ValueTask<ConnectionReply> GetAsync(UpstreamCall call, string? stale, CancellationToken cancellationToken)
    {
        if (stale is null && call.Link.SessionOf(call.SessionName) is { } known)
        {
            return new ValueTask<ConnectionReply>(ConnectionReply.Opened(known, null));
        }

        return OpenAsync(call, stale, cancellationToken);
    }

    private async ValueTask<ConnectionReply> OpenAsync(UpstreamCall call, string? stale, CancellationToken cancellationToken)
    {
        if (stale is not null)
        {
            call.Link.Forget(call.SessionName);
        }

        var key = call.Connection().ToString();
        await foreach (var reply in grains.Get<IConnectionGrain>(key).OpenAsync(call.Exchange.ToCaller(), stale, cancellationToken))
        {
            if (reply is { Kind: ConnectionReplyKind.Opened, SessionId: { } sessionId })
            {
                call.Link.Remember(call.SessionName, sessionId, key);
                if (call.Exchange.Session is { } session && string.Equals(session.Id.Key, call.Owner, StringComparison.Ordinal))
                {
                    session.NoteConnection(key);
                    var isHeard = await grains.Get<ISessionGrain>(session.Id.Key).OwnAsync(key, cancellationToken);
                    if (session.LogLevel is { } level && call.Link.HasLogging)
                    {
                        await asides.SetLogLevelAsync(call.Link, sessionId, level);
                    }

                    if ((isHeard || session.Stream is not null) && call.Declared != ClientCapabilities.None)
                    {
                        // What the upstream asks beside its first call would find nobody.
                        await grains.Get<IConnectionGrain>(key).WaitUntilHeardAsync(cancellationToken);
                    }
                }
            }

            return reply;
        }

        return ConnectionReply.Failed(UpstreamFault.Unreachable, "The connection's owner gave no answer.");
    }
}

using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Sessions;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;

namespace McpGateway.Frontend.Mcp;

/// <summary>The log level of legacy sessions (spec, server/utilities/logging). Kept by the session's grain, so that every node knows it.</summary>
internal sealed class LogLevels(IGrains grains, UpstreamTable upstreams, UpstreamAsides asides)
{
    private static readonly string[] s_levels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

    /// <summary>All levels, for messages.</summary>
    public static string Known { get; } = string.Join(", ", s_levels);

    public static bool IsKnown(string level) => Array.IndexOf(s_levels, level) >= 0;

    /// <summary>True when a log message of this level is at least as severe as what the client asked for; without a request everything is.</summary>
    public static bool Passes(string level, string? asked) => asked is null || Array.IndexOf(s_levels, level) >= Array.IndexOf(s_levels, asked);

    /// <summary>Sets the level of the exchange's session; without a session there is nothing that could remember it.</summary>
    public async ValueTask SetAsync(McpExchange exchange, string level)
    {
        if (exchange.Session is { } session)
        {
            await grains.Get<ISessionGrain>(session.Id.Key).SetLogLevelAsync(level, exchange.Reply.ClientGone);
            session.LogLevel = level;
            await TellConnectedAsync(exchange, session.Id.Key, level);
        }
    }

    /// <summary>Upstreams that the session is connected to learn it now, the others when they are connected.</summary>
    private async ValueTask TellConnectedAsync(McpExchange exchange, string owner, string level)
    {
        foreach (var upstream in exchange.Server.Header.Upstreams)
        {
            var link = await upstreams.GetAsync(upstream.Id, exchange.Reply.ClientGone);
            if (link is { IsModern: false, HasLogging: true } && link.SessionOf(owner) is { } sessionId)
            {
                await asides.SetLogLevelAsync(link, sessionId, level);
            }
        }
    }
}

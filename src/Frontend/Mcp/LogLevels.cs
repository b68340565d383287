using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Sessions;

namespace McpGateway.Frontend.Mcp;

/// <summary>The log level of legacy sessions (spec, server/utilities/logging). Kept by the session's grain, so that every node knows it.</summary>
internal sealed class LogLevels(IGrains grains)
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
        }
    }
}

using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace McpGateway.Dashboard.Configuration;

/// <summary>What the browser's cookies say of how its user wants to see things. Written by <c>dashboard.js</c>, so nothing in it is trusted.</summary>
/// <param name="Theme"><c>system</c>, <c>light</c> or <c>dark</c>.</param>
/// <param name="ZoneId">IANA name of the browser's time zone; null when not known.</param>
public sealed record BrowserPreferences(string Theme, string? ZoneId)
{
    public const string ThemeCookie = "mcpgateway-theme";
    public const string ZoneCookie = "mcpgateway-zone";
    public const string FollowSystem = "system";

    /// <summary>The time zone that exact times are shown in.</summary>
    [JsonIgnore]
    public TimeZoneInfo Zone { get; } = ZoneId is not null && TimeZoneInfo.TryFindSystemTimeZoneById(ZoneId, out var zone) ? zone : TimeZoneInfo.Utc;

    internal static BrowserPreferences Read(HttpRequest request)
    {
        var theme = request.Cookies[ThemeCookie] is "light" or "dark" ? request.Cookies[ThemeCookie]! : FollowSystem;
        var zone = request.Cookies[ZoneCookie];
        return new BrowserPreferences(theme, zone is { Length: > 0 and < 64 } ? zone : null);
    }
}

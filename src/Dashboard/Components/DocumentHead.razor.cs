using McpGateway.Dashboard.Configuration;
using Microsoft.AspNetCore.Components;

namespace McpGateway.Dashboard.Components;

/// <summary>What every document has in its head. Both themes are linked; which one holds is a matter of media queries, so nothing flashes.</summary>
public sealed partial class DocumentHead
{
    [Parameter, EditorRequired]
    public required BrowserPreferences Preferences { get; set; }

    [Parameter, EditorRequired]
    public required string BasePath { get; set; }

    // dashboard.js does the same when the theme is switched.
    private string MediaOf(string theme) => Preferences.Theme switch
    {
        BrowserPreferences.FollowSystem => $"(prefers-color-scheme: {theme})",
        var chosen when string.Equals(chosen, theme, StringComparison.Ordinal) => "all",
        _ => "not all",
    };
}

using System.Collections.Immutable;
using McpGateway.Dashboard.Configuration;
using Microsoft.AspNetCore.Components;

namespace McpGateway.Dashboard.Components.Layout;

/// <summary>Chooses between light, dark and what the system says.</summary>
public sealed partial class ThemeMenu
{
    private static readonly ImmutableArray<(string Value, string Title, string Icon)> s_themes =
    [
        (BrowserPreferences.FollowSystem, "As the system", "system"),
        ("light", "Light", "light"),
        ("dark", "Dark", "dark"),
    ];

    [Parameter, EditorRequired]
    public required string Theme { get; set; }

    // dashboard.js owns the marks after the first render.
    protected override bool ShouldRender() => false;
}

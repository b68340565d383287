using McpGateway.Dashboard.Authentication;
using McpGateway.Dashboard.Configuration;
using Microsoft.AspNetCore.Components;

namespace McpGateway.Dashboard.Components.Pages;

/// <summary>A whole document, rendered once on the server: signing in needs no circuit and no script.</summary>
public sealed partial class SignInPage
{
    [Parameter, EditorRequired]
    public required SignInModel Model { get; set; }

    [Parameter, EditorRequired]
    public required BrowserPreferences Preferences { get; set; }

    [Parameter, EditorRequired]
    public required string BasePath { get; set; }
}

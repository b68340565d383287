using McpGateway.Dashboard.Configuration;
using Microsoft.AspNetCore.Components;

namespace McpGateway.Dashboard.Components;

/// <summary>The interactive root: everything below runs in the circuit.</summary>
public sealed partial class Routes
{
    [Parameter, EditorRequired]
    public required BrowserPreferences Preferences { get; set; }
}

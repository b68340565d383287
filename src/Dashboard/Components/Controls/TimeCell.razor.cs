using McpGateway.Dashboard.Configuration;
using Microsoft.AspNetCore.Components;

namespace McpGateway.Dashboard.Components.Controls;

/// <summary>A time told relatively, exact on hover.</summary>
public sealed partial class TimeCell
{
    [CascadingParameter]
    public required BrowserPreferences Preferences { get; set; }

    [Parameter, EditorRequired]
    public DateTimeOffset? At { get; set; }

    [Parameter, EditorRequired]
    public DateTimeOffset Now { get; set; }
}

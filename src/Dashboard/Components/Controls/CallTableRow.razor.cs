using McpGateway.Dashboard.Configuration;
using McpGateway.Dashboard.Model;
using Microsoft.AspNetCore.Components;

namespace McpGateway.Dashboard.Components.Controls;

/// <summary>A finished call. It never changes, so it renders once, unless its virtual server got its name.</summary>
public sealed partial class CallTableRow
{
    private CallRow? _shown;

    [CascadingParameter]
    public required BrowserPreferences Preferences { get; set; }

    [Parameter, EditorRequired]
    public required CallRow Row { get; set; }

    protected override bool ShouldRender()
    {
        if (Row.Equals(_shown))
        {
            return false;
        }

        _shown = Row;
        return true;
    }
}

using Microsoft.AspNetCore.Components;

namespace McpGateway.Dashboard.Components.Controls;

/// <summary>One number with its name.</summary>
public sealed partial class StatTile
{
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter, EditorRequired]
    public required string IconName { get; set; }

    /// <summary>Null while not known.</summary>
    [Parameter, EditorRequired]
    public int? Value { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }
}

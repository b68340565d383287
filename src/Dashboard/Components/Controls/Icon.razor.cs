using Microsoft.AspNetCore.Components;

namespace McpGateway.Dashboard.Components.Controls;

/// <summary>An icon beside a word; the word is what is read out.</summary>
public sealed partial class Icon
{
    private string? _rendered;

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    protected override bool ShouldRender() => !string.Equals(_rendered, Name, StringComparison.Ordinal);

    protected override void OnAfterRender(bool firstRender) => _rendered = Name;
}

using Microsoft.AspNetCore.Components;

namespace McpGateway.Dashboard.Components.Layout;

/// <summary>Who is signed in, and the way out.</summary>
public sealed partial class AccountMenu
{
    [Parameter, EditorRequired]
    public required string Email { get; set; }

    [Parameter]
    public bool Administrator { get; set; }

    private string Initial => Email.Length > 0 ? Email[..1].ToUpperInvariant() : "?";
}

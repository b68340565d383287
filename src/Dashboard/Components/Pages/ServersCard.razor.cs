using McpGateway.Dashboard.Model;
using Microsoft.AspNetCore.Components;

namespace McpGateway.Dashboard.Components.Pages;

/// <summary>The virtual servers and how much they are used.</summary>
public sealed partial class ServersCard
{
    private string _command = "";

    [Parameter, EditorRequired]
    public required Section<ServerRow> Section { get; set; }

    [Parameter, EditorRequired]
    public DateTimeOffset Now { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override void OnInitialized() =>
        _command = $$"""
            curl -s {{Navigation.BaseUri.TrimEnd('/')}}/servers \
              -H "Authorization: Bearer $ACCESS_TOKEN" \
              --json '{"name": "my first server", "associated_gateways": ["time"]}'
            """;
}

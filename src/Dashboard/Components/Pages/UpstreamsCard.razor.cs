using McpGateway.Dashboard.Model;
using Microsoft.AspNetCore.Components;

namespace McpGateway.Dashboard.Components.Pages;

/// <summary>The registered MCP servers and how they are.</summary>
public sealed partial class UpstreamsCard
{
    private string _command = "";

    [Parameter, EditorRequired]
    public required Section<UpstreamRow> Section { get; set; }

    [Parameter, EditorRequired]
    public DateTimeOffset Now { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override void OnInitialized()
    {
        var gateway = Navigation.BaseUri.TrimEnd('/');
        _command = $$"""
            # 1. sign in: the answer holds an access_token
            curl -s {{gateway}}/auth/login \
              --json '{"email": "you@example.com", "password": "your password"}'

            # 2. register a server
            curl -s {{gateway}}/gateways \
              -H "Authorization: Bearer $ACCESS_TOKEN" \
              --json '{"name": "time", "transport": "STREAMABLEHTTP",
                       "url": "http://127.0.0.1:9000/mcp"}'
            """;
    }
}

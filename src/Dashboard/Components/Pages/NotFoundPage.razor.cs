using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace McpGateway.Dashboard.Components.Pages;

/// <summary>Any address under /ui that leads to no page.</summary>
public sealed partial class NotFoundPage
{
    [Parameter]
    public string? Path { get; set; }

    [CascadingParameter]
    private HttpContext? Context { get; set; }

    protected override void OnInitialized()
    {
        if (Context is { Response.HasStarted: false })
        {
            Context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}

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
            // Set now, the status would make Blazor leave the body to somebody else.
            Context.Response.OnStarting(static context =>
            {
                ((HttpContext)context).Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }, Context);
        }
    }
}

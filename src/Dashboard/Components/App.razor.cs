using McpGateway.Dashboard.Configuration;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace McpGateway.Dashboard.Components;

/// <summary>The document around every page but sign-in. Rendered once per page load, never interactive itself.</summary>
public sealed partial class App
{
    private BrowserPreferences _preferences = new(BrowserPreferences.FollowSystem, null);
    private string _basePath = "/";

    [CascadingParameter]
    private HttpContext? Context { get; set; }

    protected override void OnInitialized()
    {
        if (Context is not null)
        {
            _preferences = BrowserPreferences.Read(Context.Request);
            _basePath = Context.Request.PathBase + "/";
        }
    }
}

using System.Reflection;
using McpGateway.Dashboard.Authentication;
using McpGateway.Dashboard.Configuration;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace McpGateway.Dashboard.Components.Layout;

/// <summary>Navigation, top bar, page. Shows a page only to a user whose rights are known.</summary>
public sealed partial class MainLayout : IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private ErrorBoundary? _boundary;

    [CascadingParameter]
    public required BrowserPreferences Preferences { get; set; }

    [Inject]
    internal CurrentUser User { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private static string Version { get; } =
        typeof(MainLayout).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public void Dispose()
    {
        User.Changed -= OnUserChanged;
        _leaving.Cancel();
        _leaving.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        User.Changed += OnUserChanged;
        await User.LoadAsync(_leaving.Token);
        if (RendererInfo.IsInteractive)
        {
            User.KeepChecking();
            LeaveIfSignedOut();
        }
    }

    private void OnUserChanged() => _ = InvokeAsync(() =>
    {
        if (_leaving.IsCancellationRequested)
        {
            return;
        }

        StateHasChanged();
        if (RendererInfo.IsInteractive)
        {
            LeaveIfSignedOut();
        }
    });

    // A whole page load: it also takes the cookie away, which a circuit cannot.
    private void LeaveIfSignedOut()
    {
        if (User.State == UserState.SignedOut)
        {
            var back = "/" + Navigation.ToBaseRelativePath(Navigation.Uri);
            Navigation.NavigateTo(
                $"{DashboardAuthentication.SignInPath.TrimStart('/')}?ended=1&{DashboardAuthentication.ReturnParameter}={Uri.EscapeDataString(back)}",
                forceLoad: true);
        }
    }

    private void Recover() => _boundary?.Recover();
}

using System.Collections.Immutable;
using Microsoft.AspNetCore.Components.Routing;

namespace McpGateway.Dashboard.Components.Layout;

/// <summary>A page in the navigation.</summary>
internal sealed record NavPage(string Title, string Address, string Icon, NavLinkMatch Match);

/// <summary>A group of pages in the navigation.</summary>
internal sealed record NavGroup(string Title, ImmutableArray<NavPage> Pages);

/// <summary>The pages there are. A page enters with its markup, so the navigation never leads nowhere.</summary>
internal static class NavPages
{
    public static ImmutableArray<NavGroup> Groups { get; } =
    [
        new NavGroup("Overview", [new NavPage("Live overview", "ui", "overview", NavLinkMatch.Prefix)]),
    ];
}

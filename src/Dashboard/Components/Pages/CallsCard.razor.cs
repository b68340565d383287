using System.Collections.Immutable;
using McpGateway.Dashboard.Configuration;
using McpGateway.Dashboard.Model;
using Microsoft.AspNetCore.Components;

namespace McpGateway.Dashboard.Components.Pages;

/// <summary>Calls as they happen. The list stands still while the pointer is over it: nothing moves under the pointer.</summary>
public sealed partial class CallsCard
{
    private ImmutableArray<CallRow>? _held;

    [CascadingParameter]
    public required BrowserPreferences Preferences { get; set; }

    [Parameter, EditorRequired]
    public ImmutableArray<CallRow> Calls { get; set; }

    [Parameter, EditorRequired]
    public ImmutableArray<CallBin> Bins { get; set; }

    [Parameter]
    public DateTimeOffset? WatchingSince { get; set; }

    [Parameter]
    public bool OnlyOwn { get; set; }

    private ImmutableArray<CallRow> Shown => _held ?? Calls;

    private long Waiting => _held is { IsEmpty: false } held ? Calls.Max(call => call.Number) - held.Max(call => call.Number) : 0;

    private void Hold() => _held = Calls;

    private void Release() => _held = null;
}

using McpGateway.Abstractions.Upstreams;
using Microsoft.AspNetCore.Components;

namespace McpGateway.Dashboard.Components.Controls;

/// <summary>A state as a word, a colour and an icon; never by colour alone.</summary>
public sealed partial class StateMark
{
    private (string Word, string Css, string Icon) _look;

    [Parameter, EditorRequired]
    public UpstreamState State { get; set; }

    protected override void OnParametersSet() => _look = State switch
    {
        UpstreamState.Online => ("Online", "ok", "online"),
        UpstreamState.Offline => ("Offline", "bad", "offline"),
        UpstreamState.NeedsAuthorization => ("Needs authorization", "warn", "key"),
        UpstreamState.Pending => ("Pending", "idle", "pending"),
        _ => ("Disabled", "idle", "disabled"),
    };
}

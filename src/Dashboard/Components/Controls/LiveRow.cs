using McpGateway.Dashboard.Model;
using Microsoft.AspNetCore.Components;

namespace McpGateway.Dashboard.Components.Controls;

/// <summary>A table row that renders only when its data changed or the relative time it shows did.</summary>
public abstract class LiveRow<T> : ComponentBase
    where T : class
{
    private T? _shown;
    private string _shownTime = "";

    [Parameter, EditorRequired]
    public required T Row { get; set; }

    [Parameter, EditorRequired]
    public DateTimeOffset Now { get; set; }

    /// <summary>The time that the row tells relatively; null when there is none.</summary>
    protected abstract DateTimeOffset? Time { get; }

    protected override bool ShouldRender()
    {
        var time = TimeText.Relative(Time, Now);
        if (ReferenceEquals(Row, _shown) && string.Equals(time, _shownTime, StringComparison.Ordinal))
        {
            return false;
        }

        (_shown, _shownTime) = (Row, time);
        return true;
    }
}

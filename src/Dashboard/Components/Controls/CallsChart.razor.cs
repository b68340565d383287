using System.Collections.Immutable;
using System.Globalization;
using McpGateway.Dashboard.Model;
using Microsoft.AspNetCore.Components;

namespace McpGateway.Dashboard.Components.Controls;

/// <summary>Calls per ten seconds over the last five minutes.</summary>
public sealed partial class CallsChart
{
    private ImmutableArray<CallBin> _shown = [];
    private Column[] _columns = [];
    private double _top = 4;
    private double _step = 1;

    [Parameter, EditorRequired]
    public ImmutableArray<CallBin> Bins { get; set; }

    private string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"Calls in the last five minutes: {Bins.Sum(bin => bin.Succeeded + bin.Failed)}, of which {Bins.Sum(bin => bin.Failed)} failed.");

    protected override bool ShouldRender()
    {
        if (Bins.SequenceEqual(_shown))
        {
            return false;
        }

        _shown = Bins;
        _columns = [.. Bins.Select(bin => new Column(bin.Start.UtcDateTime, bin.Succeeded, bin.Failed))];
        (_top, _step) = ChartScale.For(Bins.IsEmpty ? 0 : Bins.Max(bin => bin.Succeeded + bin.Failed));
        return true;
    }

    private string FormatAge(object value) =>
        value is DateTime time && _columns.Length > 0
            ? Math.Round((_columns[^1].Time - time).TotalMinutes).ToString(CultureInfo.InvariantCulture)
            : "";

    private static string FormatCount(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString("#,0", CultureInfo.InvariantCulture);

    private sealed record Column(DateTime Time, int Succeeded, int Failed);
}

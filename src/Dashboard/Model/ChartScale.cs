namespace McpGateway.Dashboard.Model;

/// <summary>Round numbers for an axis of counts.</summary>
internal static class ChartScale
{
    /// <summary>The axis' end, a multiple of its step and not below <paramref name="highest"/>: three to five steps, whole numbers.</summary>
    public static (double Top, double Step) For(int highest)
    {
        if (highest <= 4)
        {
            return (4, 1);
        }

        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(highest / 4.0)));
        foreach (var factor in (ReadOnlySpan<double>)[1, 2, 2.5, 5, 10])
        {
            var step = Math.Ceiling(factor * magnitude);
            if (step * 5 >= highest)
            {
                return (Math.Ceiling(highest / step) * step, step);
            }
        }

        return (highest, highest);
    }
}

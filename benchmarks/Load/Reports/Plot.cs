using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace McpGateway.Load.Reports;

/// <summary>A picture of some lines, drawn by gnuplot: bars in groups, or one line over time.</summary>
/// <param name="Category">What a line stands under on the x axis; null leaves the line out.</param>
/// <param name="Series">The property that tells bars of a group apart.</param>
/// <param name="Value">The property that is drawn.</param>
internal sealed record Plot(string File, string Title, string Unit, string Measure, Func<JsonElement, string?> Category, string Series, string Value, string Style)
{
    private const string Bars = "set style data histograms; set style histogram clustered gap 1; set style fill solid 0.9 noborder; set boxwidth 0.9";
    private const string LogarithmicBars = Bars + "; set logscale y; set yrange [10:*]";
    private const string Lines = "set style data linespoints";

    public static IReadOnlyList<Plot> All { get; } =
    [
        new("cpu-by-connections", "CPU per call by connections, 100 B answers", "µs", "calls",
            static line => Is(line, "json", 100) ? $"{line.GetProperty("client")} {line.GetProperty("connections")}" : null, "what", "cpu_us_per_call", Bars),
        new("cpu-by-answer", "CPU per call by answer, 64 connections", "µs", "calls",
            static line => line.GetProperty("connections").GetInt32() == 64 ? $"{line.GetProperty("client")} {line.GetProperty("answer")} {line.GetProperty("bytes")}" : null, "what", "cpu_us_per_call", Bars),
        new("p99-by-connections", "p99 by connections, 100 B answers", "ms", "calls",
            static line => Is(line, "json", 100) ? $"{line.GetProperty("client")} {line.GetProperty("connections")}" : null, "what", "p99_ms", Bars),
        new("npm", "CPU per call beside proxies from npm", "µs, logarithmic", "npm", static line => line.GetProperty("job").GetString(), "what", "cpu_us_per_call", LogarithmicBars),
        new("soak", "Memory under full load", "MB", "soak", static line => $"{line.GetProperty("minute")}", "measure", "resident_mb", Lines),
    ];

    public async Task DrawAsync(JsonElement[] lines, string folder)
    {
        var cells = lines.Where(line => line.GetProperty("measure").GetString() == Measure)
            .Select(line => (Category: Category(line), Series: line.GetProperty(Series).GetString()!, Value: line.GetProperty(Value).GetDouble()))
            .Where(static cell => cell.Category is not null).ToArray();
        if (cells.Length == 0)
        {
            return;
        }

        var series = cells.Select(static cell => cell.Series).Distinct().ToArray();
        var script = new StringBuilder();
        script.Append(CultureInfo.InvariantCulture, $"""
            set terminal svg size 960,420 font 'sans-serif,11' background '#ffffff'
            set output '{Path.Combine(folder, File)}.svg'
            set title '{Title}'
            set ylabel '{Unit}'
            set yrange [0:*]
            set grid ytics lc rgb '#dddddd'
            set key outside right top
            set xtics rotate by -30 nomirror
            {Style}
            $data << END
            category {string.Join(' ', series.Select(static name => $"\"{name}\""))}

            """);
        foreach (var group in cells.GroupBy(static cell => cell.Category))
        {
            script.Append(CultureInfo.InvariantCulture, $"\"{group.Key}\" {string.Join(' ', series.Select(name => Figure(group, name)))}\n");
        }

        script.Append("END\nplot ").AppendJoin(", ", series.Select(static (name, index) => $"$data using {index + 2}:xtic(1) title columnheader({index + 2})")).Append('\n');
        await RunGnuplotAsync(script.ToString());

        static string Figure(IEnumerable<(string? Category, string Series, double Value)> group, string name) =>
            group.Where(cell => cell.Series == name).Select(static cell => cell.Value.ToString(CultureInfo.InvariantCulture)).FirstOrDefault("NaN");
    }

    private static bool Is(JsonElement line, string answer, int bytes) =>
        line.GetProperty("answer").GetString() == answer && line.GetProperty("bytes").GetInt32() == bytes;

    private static async Task RunGnuplotAsync(string script)
    {
        using var gnuplot = Process.Start(new ProcessStartInfo("gnuplot") { UseShellExecute = false, RedirectStandardInput = true })!;
        await gnuplot.StandardInput.WriteAsync(script);
        gnuplot.StandardInput.Close();
        await gnuplot.WaitForExitAsync();
        if (gnuplot.ExitCode != 0)
        {
            throw new InvalidOperationException($"gnuplot ended with {gnuplot.ExitCode} on:\n{script}");
        }
    }
}

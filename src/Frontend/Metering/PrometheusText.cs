using System.Globalization;
using System.Text;

namespace McpGateway.Frontend.Metering;

/// <summary>Writes Prometheus' text format, version 0.0.4.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4";

    private readonly StringBuilder _text = new();

    /// <summary>Begins a metric; its samples follow it.</summary>
    public void Begin(string name, string type, string help)
    {
        _text.Append("# HELP ").Append(name).Append(' ');
        Escape(help, quotes: false);
        _text.Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    public void Sample(string name, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(name);
        Labels(labels, upTo: null);
        Value(value);
    }

    /// <summary>The samples of one histogram.</summary>
    /// <param name="buckets">Where each bucket ends, and how many lie in it alone; the last one ends at infinity.</param>
    public void Histogram(string name, IEnumerable<(double UpperBound, long Count)> buckets, double sum, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        long below = 0;
        foreach (var (upperBound, count) in buckets)
        {
            below += count;
            _text.Append(name).Append("_bucket");
            Labels(labels, double.IsPositiveInfinity(upperBound) ? "+Inf" : upperBound.ToString("R", CultureInfo.InvariantCulture));
            Value(below);
        }

        Sample(name + "_sum", sum, labels);
        // The same number as in the last bucket, whatever was counted meanwhile.
        Sample(name + "_count", below, labels);
    }

    public override string ToString() => _text.ToString();

    private void Value(double value) => _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');

    private void Labels(ReadOnlySpan<(string Name, string Value)> labels, string? upTo)
    {
        if (labels.IsEmpty && upTo is null)
        {
            return;
        }

        _text.Append('{');
        var separator = "";
        foreach (var (name, value) in labels)
        {
            _text.Append(separator).Append(name).Append("=\"");
            Escape(value, quotes: true);
            _text.Append('"');
            separator = ",";
        }

        if (upTo is not null)
        {
            _text.Append(separator).Append("le=\"").Append(upTo).Append('"');
        }

        _text.Append('}');
    }

    private void Escape(string value, bool quotes)
    {
        foreach (var character in value)
        {
            _ = character switch
            {
                '\\' => _text.Append("\\\\"),
                '"' when quotes => _text.Append("\\\""),
                '\n' => _text.Append("\\n"),
                _ => _text.Append(character),
            };
        }
    }
}

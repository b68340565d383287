using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Telemetry;

/// <summary>Every mistake in the section <c>Telemetry</c>, and in the variables that stand for it, at once.</summary>
internal sealed class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>
{
    private const int MostSeries = 100_000;
    private const int LongestName = 255;

    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        var errors = new List<string>();
        if (options.Endpoint is { } endpoint && (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")))
        {
            errors.Add($"Telemetry:Endpoint (or {OtlpVariables.Endpoint}): '{endpoint}' is not an absolute http or https address.");
        }

        if (options.Protocol is not (OtlpVariables.HttpProtobuf or OtlpVariables.Grpc))
        {
            errors.Add($"Telemetry:Protocol (or {OtlpVariables.Protocol}): must be {OtlpVariables.HttpProtobuf} or {OtlpVariables.Grpc}, but is '{options.Protocol}'.");
        }

        if (options.ServiceName is not { Length: > 0 and <= LongestName })
        {
            errors.Add($"Telemetry:ServiceName (or {OtlpVariables.ServiceName}): must have between 1 and {LongestName} characters.");
        }

        if (options.SampleRatio is not (>= 0 and <= 1))
        {
            errors.Add($"Telemetry:SampleRatio: must be between 0 and 1, but is {options.SampleRatio}.");
        }

        if (options.MetricsInterval is { } interval && (interval < s_shortest || interval > s_longest))
        {
            errors.Add($"Telemetry:MetricsInterval: must be between {s_shortest} and {s_longest}, but is {interval}.");
        }

        if (options.MaxSeries is < 1 or > MostSeries)
        {
            errors.Add($"Telemetry:MaxSeries: must be between 1 and {MostSeries}, but is {options.MaxSeries}.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

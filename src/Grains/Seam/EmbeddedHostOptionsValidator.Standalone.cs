using Microsoft.Extensions.Options;

namespace McpGateway.Grains.Seam;

internal sealed class EmbeddedHostOptionsValidator : IValidateOptions<EmbeddedHostOptions>
{
    public ValidateOptionsResult Validate(string? name, EmbeddedHostOptions options)
    {
        List<string> problems =
        [
            .. Positive(nameof(options.IdleAfter), options.IdleAfter),
            .. Positive(nameof(options.ResponseTimeout), options.ResponseTimeout),
            .. Positive(nameof(options.LifecycleLimit), options.LifecycleLimit),
        ];
        if (options.MaxQueuedTurns < 1)
        {
            problems.Add($"{nameof(options.MaxQueuedTurns)} must be at least 1, but is {options.MaxQueuedTurns}.");
        }

        if (options.BreakStreams is not (>= 0 and <= 1))
        {
            problems.Add($"{nameof(options.BreakStreams)} must be between 0 and 1, but is {options.BreakStreams}.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Positive(string name, TimeSpan value) =>
        value > TimeSpan.Zero ? [] : [$"{name} must be more than zero, but is {value}."];
}

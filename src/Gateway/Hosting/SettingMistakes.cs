using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Hosting;

/// <summary>Everything that is wrong with a configuration, told at once.</summary>
public static class SettingMistakes
{
    /// <summary>What the validators of all options find, each text beginning with its key.</summary>
    public static IEnumerable<string> In(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return exception.Failures;
        }
        catch (InvalidOperationException exception) when (exception.InnerException is ArgumentException or FormatException)
        {
            // No number, no time, none of the words: it could not even be read. The binder names key, value and type, of the first one.
            return [exception.Message];
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            return exception.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures);
        }
    }

    /// <exception cref="GatewayStartException">There are mistakes; the message lists them.</exception>
    public static void ThrowIfAny(IReadOnlyCollection<string> mistakes)
    {
        if (mistakes.Count > 0)
        {
            throw new GatewayStartException(string.Join("\n  ", ["The configuration has mistakes:", .. mistakes]));
        }
    }
}

using McpGateway.Gateway.Hosting;

namespace McpGateway.Frontend.Configuration;

/// <summary>Looks at the whole configuration before anything starts and reports every mistake at once, each under its key.</summary>
internal static class StartChecks
{
    /// <exception cref="GatewayStartException">There are mistakes; the message lists them.</exception>
    public static void Run(IServiceProvider services, IConfiguration configuration)
    {
        List<string> mistakes = [.. SettingMistakes.In(services), .. AddressMistakes(configuration), .. FirstAdministrator.Mistakes(configuration)];
        SettingMistakes.ThrowIfAny(mistakes);
    }

    private static IEnumerable<string> AddressMistakes(IConfiguration configuration) =>
        (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(address => !IsAddress(address))
            .Select(address => $"--urls: must be addresses such as {GatewayApplication.DefaultUrls}, but one is '{address}'.");

    private static bool IsAddress(string text)
    {
        try
        {
            return BindingAddress.Parse(text) is { Scheme: "http" or "https" };
        }
        catch (FormatException)
        {
            return false;
        }
    }
}

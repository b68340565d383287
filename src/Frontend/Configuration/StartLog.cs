namespace McpGateway.Frontend.Configuration;

/// <summary>
/// Until the gateway has started, the host's own log of a failure is held back: the command says what is wrong in words, and a stack trace
/// would only hide them.
/// </summary>
internal static class StartLog
{
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    public static void HoldBack(WebApplicationBuilder builder, Func<bool> hasStarted) =>
        builder.Logging.AddFilter(HostCategory, level => level >= LogLevel.Information && (hasStarted() || level < LogLevel.Error));
}

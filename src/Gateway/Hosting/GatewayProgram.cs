namespace McpGateway.Gateway.Hosting;

/// <summary>What the programs of all tiers have in common.</summary>
public static class GatewayProgram
{
    /// <summary>Settings may come as <c>MCPGATEWAY_Mcp__PageSize</c>, so that they stand together in an environment.</summary>
    public const string EnvironmentPrefix = "MCPGATEWAY_";

    private const int MistakeOfTheOperator = 2;

    /// <summary>
    /// How long a program may take to end after SIGTERM. By itself the library of the command line would end the process within two seconds; the
    /// host knows better: it drains, and ends.
    /// </summary>
    public static TimeSpan LongestEnd { get; } = TimeSpan.FromMinutes(15);

    /// <summary>Runs to the end. What whoever starts the program can mend is said without a stack trace.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (GatewayStartException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return MistakeOfTheOperator;
        }
    }
}

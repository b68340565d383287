using McpGateway.Gateway.Hosting;

namespace McpGateway.Frontend.Configuration;

/// <summary>
/// Gives back, once, the memory that only the start needed: it would be kept until there is load, and a gateway on a laptop may see none for
/// hours.
/// </summary>
internal sealed class StartGarbage(TimeProvider time) : BackgroundService
{
    // After the first discoveries; a pause of some 50 ms then disturbs nobody.
    private static readonly TimeSpan s_after = TimeSpan.FromSeconds(8);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(s_after, time, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        ProcessMemory.Trim();
    }
}

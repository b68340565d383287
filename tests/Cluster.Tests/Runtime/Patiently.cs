using System.Diagnostics;
using McpGateway.Abstractions.Seam;
using McpGateway.Testing;

namespace McpGateway.Cluster.Tests.Runtime;

/// <summary>As callers do that may repeat a call: transient failures are met by another try.</summary>
internal static class Patiently
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    public static async Task<T> CallAsync<T>(Func<ValueTask<T>> call)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception exception) when (GrainFailure.IsTransient(exception) && clock.Elapsed < Eventually.Patience)
            {
                await Task.Delay(s_pause);
            }
        }
    }
}

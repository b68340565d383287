using McpGateway.Storage;
using Microsoft.EntityFrameworkCore;
using Orleans.Runtime;

namespace McpGateway.Silo.Health;

/// <summary>How this silo stands, for whoever starts and stops it.</summary>
internal sealed class SiloHealth(ISiloStatusOracle silos, MembershipWatch membership, GatewayDatabase database, TimeProvider time)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>What is wrong when the process can only be ended; null when nothing is.</summary>
    public string? Death => silos.CurrentStatus is SiloStatus.Dead ? "The other silos have declared this one dead."
        : membership.IsForgotten ? "The membership has lost this silo's entry: no new node can find it until it is started again."
        : null;

    /// <summary>What is missing until this silo takes calls; null when it does.</summary>
    public string? Start => silos.CurrentStatus is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping
        ? null
        : $"The silo is {silos.CurrentStatus}, not yet Active.";

    /// <summary>What is missing for calls to succeed; null when nothing is.</summary>
    public async Task<string?> FindObstacleAsync(CancellationToken cancellationToken)
    {
        if (silos.CurrentStatus is not SiloStatus.Active)
        {
            return $"The silo is {silos.CurrentStatus}, not Active.";
        }

        using var patience = new CancellationTokenSource(s_patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await database.ReadAsync((db, token) => db.Database.ExecuteSqlRawAsync("SELECT 1", token), limit.Token);
            return null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Its words may name hosts and users, and whoever reaches this address may ask.
            return "The database does not answer.";
        }
    }
}

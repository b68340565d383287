using McpGateway.Cluster;
using Orleans;
using Orleans.Runtime;

namespace McpGateway.Silo.Health;

/// <summary>
/// Looks whether the membership still has this silo's entry. A Redis that lost its data and came back empty has none: the silos that know each
/// other go on, but no new node finds them, until they are started again and enter themselves anew.
/// </summary>
internal sealed partial class MembershipWatch(
    IMembershipTable table, ILocalSiloDetails self, ISiloStatusOracle silos, TimeProvider time, ILogger<MembershipWatch> logger) : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(10);

    // Once may be the moment of a fail-over.
    private const int MissedToBelieve = 3;

    private int _missed;

    /// <summary>True while the entry is missing, and not just for a moment.</summary>
    public bool IsForgotten => Volatile.Read(ref _missed) >= MissedToBelieve;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        if (silos.CurrentStatus is not SiloStatus.Active)
        {
            return;
        }

        try
        {
            var row = await table.ReadRowAsync(self.SiloAddress, cancellationToken).WaitAsync(s_period, time, cancellationToken);
            Note(isThere: row.Members.Any(member => member.Item1.SiloAddress.Equals(self.SiloAddress)));
        }
        catch (Exception exception) when (ClusterSilo.SaysLost(exception))
        {
            Note(isThere: false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // It is away, which says nothing about its contents.
            LogNotRead(exception);
        }
    }

    private void Note(bool isThere)
    {
        Volatile.Write(ref _missed, isThere ? 0 : _missed + 1);
        if (_missed == MissedToBelieve)
        {
            LogForgotten();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The membership has lost this silo's entry: no new node can find it until it is started again. /health says so too")]
    private partial void LogForgotten();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The membership cannot be read")]
    private partial void LogNotRead(Exception exception);
}

using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Seam;

namespace McpGateway.Frontend.Access;

/// <summary>
/// The one loop that tells grains when tokens were used last: a token's first use within seconds, then once a minute. Of those that rest it
/// has this node forget the secret.
/// </summary>
internal sealed partial class LastUseReporter(IGrains grains, TokenAccessCache tokens, TimeProvider time, ILogger<LastUseReporter> logger)
    : BackgroundService
{
    private const int AtOnce = 8;
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(s_period, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await ReportAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops; the last report may be a minute old.
        }
        catch (Exception exception)
        {
            LogDied(logger, exception);
            throw;
        }
    }

    private async Task ReportAsync(CancellationToken stoppingToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken };
        await Parallel.ForEachAsync(tokens.Entries, options, async (entry, cancellationToken) =>
        {
            var now = time.GetUtcNow();
            entry.ForgetProof(now);
            if (!entry.TryTakeReport(now, out var lastUse))
            {
                return;
            }

            try
            {
                using var patience = new CancellationTokenSource(s_patience, time);
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
                await grains.Get<ITokenGrain>(entry.Access.TokenId).TouchAsync(lastUse, linked.Token).AsTask().WaitAsync(linked.Token);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The next use will be reported a minute later.
                LogFailed(logger, entry.Access.TokenId, exception.Message);
            }
        });
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The last use of token {TokenId} could not be reported: {Reason}")]
    private static partial void LogFailed(ILogger logger, string tokenId, string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The reporter of tokens' last use died; this node stops.")]
    private static partial void LogDied(ILogger logger, Exception exception);
}

using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Seam;
using McpGateway.Frontend.Admin;

namespace McpGateway.Frontend.Access;

/// <summary>
/// The one loop that has it noted when tokens were used last: a token's first use within seconds, then once a minute, those of many tokens at
/// once. Of those that rest it has this node forget the secret.
/// </summary>
internal sealed partial class LastUseReporter(IGrains grains, TokenAccessCache tokens, TimeProvider time, ILogger<LastUseReporter> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

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
        foreach (var batch in Due().Chunk(IAccessGrain.MaxTokenUses))
        {
            try
            {
                using var patience = new CancellationTokenSource(s_patience, time);
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, patience.Token);
                await grains.Get<IAccessGrain>(AdminGrains.AnyKey).NoteTokenUsesAsync([.. batch.Select(static due => due.Use)], linked.Token).AsTask().WaitAsync(linked.Token);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                foreach (var (entry, _) in batch)
                {
                    entry.ReportLost();
                }

                // Nobody answers: others say so. Anything else is a mistake that would otherwise show as nothing but tokens that seem unused.
                var isExpected = exception is OperationCanceledException || GrainFailure.IsTransient(exception);
                LogFailed(logger, isExpected ? LogLevel.Debug : LogLevel.Warning, batch.Length, exception.Message);
            }
        }
    }

    /// <summary>What is to be reported now.</summary>
    private IEnumerable<(TokenEntry Entry, TokenUse Use)> Due()
    {
        foreach (var entry in tokens.Entries)
        {
            var now = time.GetUtcNow();
            entry.ForgetProof(now);
            if (entry.TryTakeReport(now, out var lastUse))
            {
                yield return (entry, new TokenUse(entry.Access.TokenId, lastUse));
            }
        }
    }

    [LoggerMessage(Message = "The last use of {Count} tokens could not be reported; it is tried again in a minute: {Reason}")]
    private static partial void LogFailed(ILogger logger, LogLevel level, int count, string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The reporter of tokens' last use died; this node stops.")]
    private static partial void LogDied(ILogger logger, Exception exception);
}

using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Frontend.Admin.Endpoints;

/// <summary>Waits, for so long as the request says, until a discovery is over.</summary>
internal sealed partial class UpstreamFollower(AdminGrains grains, TimeProvider time, ILogger<UpstreamFollower> logger)
{
    public const int DefaultSeconds = 20;

    /// <summary>The upstream as it is when its first discovery is over, or when the time is.</summary>
    public async Task<UpstreamView> FollowAsync(Caller caller, UpstreamView view, int? seconds, CancellationToken cancellationToken)
    {
        if (view.State != UpstreamState.Pending)
        {
            return view;
        }

        await UntilAsync(grains.Upstream(view.Id).WatchAsync, status => status.State != UpstreamState.Pending, view.Id, seconds, cancellationToken);
        return await ReadAsync(caller, view, cancellationToken);
    }

    /// <summary>Discovers once more. False when it was not over in time.</summary>
    public async Task<(UpstreamView View, bool Over)> RefreshAsync(
        Caller caller, UpstreamView view, int? seconds, CancellationToken cancellationToken)
    {
        var over = await UntilAsync(grains.Upstream(view.Id).RefreshAsync, static _ => true, view.Id, seconds, cancellationToken);
        return (await ReadAsync(caller, view, cancellationToken), over);
    }

    private async Task<bool> UntilAsync(
        Func<CancellationToken, IAsyncEnumerable<UpstreamStatus>> stream,
        Func<UpstreamStatus, bool> isOver,
        string id,
        int? seconds,
        CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(seconds ?? DefaultSeconds), time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await foreach (var status in stream(linked.Token).WithCancellation(linked.Token))
            {
                if (isOver(status))
                {
                    return true;
                }
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is up, or the stream broke: either way the caller gets what is known now, and can ask again.
            if (!patience.IsCancellationRequested)
            {
                LogBroken(logger, id, exception);
            }
        }

        return false;
    }

    private async Task<UpstreamView> ReadAsync(Caller caller, UpstreamView view, CancellationToken cancellationToken)
    {
        var outcome = await grains.Catalog.GetUpstreamAsync(caller, view.Id, cancellationToken);
        return outcome.Succeeded ? outcome.Value : view;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The stream of upstream {Id} broke while a request followed it.")]
    private static partial void LogBroken(ILogger logger, string id, Exception exception);
}

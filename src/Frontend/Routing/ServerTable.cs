using System.Collections.Concurrent;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Seam;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Feed;
using McpGateway.Gateway.Routing;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Routing;

/// <summary>
/// The virtual servers this node serves. A warm one costs a dictionary look-up; an edit of the server itself is waited for, a change
/// in its catalog is followed within a second.
/// </summary>
internal sealed partial class ServerTable(SnapshotLoader loader, FeedStatus feed, IOptions<AccessOptions> access, TimeProvider time, ILogger<ServerTable> logger) : IFeedCache
{
    // Ids that lead nowhere are remembered too, so that asking for them again and again costs no grain call.
    private const int MaxSlots = 20_000;

    private static readonly TimeSpan s_coalesce = TimeSpan.FromMilliseconds(300);

    private readonly ConcurrentDictionary<string, ServerSlot> _slots = new(StringComparer.Ordinal);

    /// <summary>A model took the place of another (null: the server is gone), which is served no more by then.</summary>
    public event Action<ServerModel, ServerModel?>? Replaced;

    /// <summary>The virtual server with this id; null for an unknown one. Throws what the grain call throws when it cannot be asked and nothing is cached.</summary>
    public ValueTask<ServerModel?> GetAsync(string serverId, CancellationToken cancellationToken)
    {
        if (_slots.TryGetValue(serverId, out var slot) && slot.IsFresh && feed.IsLive)
        {
            return new ValueTask<ServerModel?>(slot.Model);
        }

        return LoadAsync(slot ?? Add(serverId), cancellationToken);
    }

    /// <summary>The model as this node has it now, without asking anybody.</summary>
    public ServerModel? Peek(string serverId) => _slots.TryGetValue(serverId, out var slot) ? slot.Model : null;

    public void Apply(Change change)
    {
        if (change.Kind == ChangeKind.VirtualServer)
        {
            if (_slots.TryGetValue(change.Key, out var slot))
            {
                slot.Expire(change.Id);
                Follow(slot, TimeSpan.Zero);
            }
        }
        else if (change.Kind == ChangeKind.Catalog)
        {
            foreach (var slot in _slots.Values.Where(slot => slot.Model is not null))
            {
                slot.Need(change.Id);
                Follow(slot, s_coalesce);
            }
        }
    }

    public void Reset()
    {
        foreach (var slot in _slots.Values)
        {
            slot.Expire(feed.LastId);
        }
    }

    private bool MayServeOffline => feed.HeardAt is { } heardAt && time.GetElapsedTime(heardAt) <= access.Value.OfflineGrace;

    private ServerSlot Add(string serverId)
    {
        if (_slots.Count >= MaxSlots)
        {
            foreach (var (id, slot) in _slots)
            {
                if (slot.Model is null)
                {
                    _slots.TryRemove(id, out _);
                }
            }
        }

        return _slots.GetOrAdd(serverId, id => new ServerSlot(id, (before, after) => Replaced?.Invoke(before, after)));
    }

    private async ValueTask<ServerModel?> LoadAsync(ServerSlot slot, CancellationToken cancellationToken)
    {
        try
        {
            return await slot.LoadAsync(LoadOnceAsync, feed.LastId).WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (slot.Model is not null && GrainFailure.IsTransient(exception) && MayServeOffline)
        {
            LogServedOffline(logger, exception, slot.ServerId);
            return slot.Model;
        }
    }

    private Task<ServerModel?> LoadOnceAsync(ServerSlot slot, long atLeast) =>
        loader.LoadAsync(slot.ServerId, atLeast, slot.Model, CancellationToken.None);

    /// <summary>Loads in the background, after a pause in which further changes join.</summary>
    private void Follow(ServerSlot slot, TimeSpan pause)
    {
        if (!slot.TryBeginFollowing())
        {
            return;
        }

        _ = FollowAsync();

        async Task FollowAsync()
        {
            try
            {
                await Task.Delay(pause, time);
                slot.EndFollowing();
                await slot.LoadAsync(LoadOnceAsync, feed.LastId);
            }
            catch (Exception exception)
            {
                LogFollowFailed(logger, exception, slot.ServerId);
                slot.Expire(feed.LastId);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Virtual server {ServerId} is served from memory: its grain cannot be asked")]
    private static partial void LogServedOffline(ILogger logger, Exception exception, string serverId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Virtual server {ServerId} could not be loaded anew; the next request tries again")]
    private static partial void LogFollowFailed(ILogger logger, Exception exception, string serverId);
}

using System.Collections.Concurrent;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Sessions;
using McpGateway.Gateway.Hosting;

namespace McpGateway.Frontend.Sessions;

/// <summary>
/// What this node keeps of answers that are complete, for clients that may have lost the connection: bounded over all sessions, and only
/// until the session's grain has it where the client is known to have left or this node is about to.
/// </summary>
internal sealed partial class KeptAnswers(IGrains grains, ILogger<KeptAnswers> logger)
{
    private readonly ConcurrentDictionary<Task, byte> _handingOver = new();
    private volatile bool _isDraining;

    /// <summary>What all sessions of this node may keep.</summary>
    public ByteBudget Room { get; } = new(32 * 1024 * 1024);

    /// <summary>This node is about to go: what it keeps belongs elsewhere.</summary>
    public bool IsDraining
    {
        get => _isDraining;
        set => _isDraining = value;
    }

    /// <summary>Has the session's grain keep the answer; where that fails, <paramref name="forget"/> is not called and the node goes on keeping it.</summary>
    /// <param name="stream">Complete.</param>
    public Task HandOverAsync(string sessionKey, EventStream stream, Action<EventStream> forget)
    {
        var handing = TryHandOverAsync(sessionKey, stream, forget);
        _handingOver[handing] = 0;
        return ForgetAsync(handing);
    }

    /// <summary>Ends when everything that was to be handed over so far is.</summary>
    public Task WhenHandedOverAsync() => Task.WhenAll(_handingOver.Keys);

    private async Task TryHandOverAsync(string sessionKey, EventStream stream, Action<EventStream> forget)
    {
        try
        {
            var answer = new LostAnswer(stream.Id!, [.. stream.Kept.Select(static kept => new LostEvent(kept.Number, kept.Message))]);
            if (await grains.Get<ISessionGrain>(sessionKey).KeepAsync(answer, CancellationToken.None))
            {
                forget(stream);
            }
        }
        catch (Exception exception) when (GrainFailure.IsTransient(exception))
        {
            LogNotHandedOver(logger, exception, sessionKey);
        }
    }

    private async Task ForgetAsync(Task handing)
    {
        await handing;
        _handingOver.TryRemove(handing, out _);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A lost answer of session {Session} could not be handed over; this node keeps it")]
    private static partial void LogNotHandedOver(ILogger logger, Exception exception, string session);
}

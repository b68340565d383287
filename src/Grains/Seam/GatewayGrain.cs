using McpGateway.Abstractions.Seam;

namespace McpGateway.Grains.Seam;

/// <summary>
/// The base of all grains; the same grain class runs in both editions. A grain runs one turn at a time but is reentrant: at every
/// <c>await</c> other calls may run, so state may have changed after it.
/// </summary>
internal abstract partial class GatewayGrain
{
    private readonly ExclusiveQueue _exclusive = new();

    /// <summary>The key that callers address this grain by.</summary>
    protected partial string Key { get; }

    /// <summary>References to other grains.</summary>
    protected partial IGrains Grains { get; }

    /// <summary>The clock.</summary>
    protected partial TimeProvider Time { get; }

    /// <summary>How long <see cref="ExclusiveAsync{T}"/> may take, waiting and work together. 30 s.</summary>
    protected virtual TimeSpan ExclusiveLimit => TimeSpan.FromSeconds(30);

    /// <summary>
    /// A stored state of this grain. To be called in the constructor; it is loaded when <see cref="ActivateAsync"/> runs.
    /// </summary>
    protected partial IStored<T> State<T>(string name)
        where T : class, new();

    /// <summary>
    /// Runs the callback as a turn after <paramref name="due"/>, then <paramref name="period"/> after each end of it, until disposed or
    /// deactivated. It does not keep the grain alive; a failure is logged and the timer goes on.
    /// </summary>
    /// <param name="callback">Gets a token that ends with the timer.</param>
    /// <param name="due">Before the first run.</param>
    /// <param name="period">Between runs; <see cref="Timeout.InfiniteTimeSpan"/> for a single run.</param>
    protected partial IDisposable RegisterTimer(Func<CancellationToken, Task> callback, TimeSpan due, TimeSpan period);

    /// <summary>
    /// Ends this activation as soon as its running calls have ended; its streams are broken. The next call makes a new one.
    /// </summary>
    protected partial void DeactivateWhenIdle();

    /// <summary>Runs before the first call. If it fails, so does every call that waits; the next call tries anew.</summary>
    protected virtual Task ActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last call. It may never run: nodes die. What must not be lost is saved before.</summary>
    protected virtual Task DeactivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Runs the work when no other exclusive work of this grain runs, first come, first served. Other calls go on between its awaits.
    /// </summary>
    /// <remarks>Exclusive work that waits for exclusive work of the same grain, directly or through other grains, times out.</remarks>
    /// <param name="work">
    /// Gets a token that is cancelled with <paramref name="cancellationToken"/> and after <see cref="ExclusiveLimit"/>.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting, and is passed on to the work.</param>
    /// <exception cref="TimeoutException"><see cref="ExclusiveLimit"/> has passed.</exception>
    protected ValueTask<T> ExclusiveAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken = default) =>
        _exclusive.RunAsync(work, ExclusiveLimit, Time, cancellationToken);

    /// <inheritdoc cref="ExclusiveAsync{T}"/>
    protected async ValueTask ExclusiveAsync(Func<CancellationToken, ValueTask> work, CancellationToken cancellationToken = default) =>
        await _exclusive.RunAsync(
            async token =>
            {
                await work(token);
                return true;
            },
            ExclusiveLimit,
            Time,
            cancellationToken);
}

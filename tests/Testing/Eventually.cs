using System.Diagnostics;

namespace McpGateway.Testing;

/// <summary>Waits for something that another thread brings about.</summary>
public static class Eventually
{
    /// <summary>How long a test waits for what should come at once, on a busy machine.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Returns as soon as the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not within <see cref="Patience"/>.</exception>
    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > Patience)
            {
                throw new TimeoutException($"It did not come about that {what}.");
            }

            await Task.Delay(1);
        }
    }

    /// <summary>The outcome of the task, if it comes within <see cref="Patience"/>.</summary>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Patience);

    /// <inheritdoc cref="Soon{T}(Task{T})"/>
    public static Task Soon(this Task task) => task.WaitAsync(Patience);

    /// <inheritdoc cref="Soon{T}(Task{T})"/>
    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Patience);

    /// <inheritdoc cref="Soon{T}(Task{T})"/>
    public static Task Soon(this ValueTask task) => task.AsTask().WaitAsync(Patience);
}

namespace McpGateway.Frontend.Relay;

/// <summary>Waits for an upstream and says meanwhile, from time to time, that the answer is still coming.</summary>
internal static class KeepAlive
{
    private static readonly TimeSpan s_early = TimeSpan.FromSeconds(1);

    public static ValueTask<T> WhileAsync<T>(ValueTask<T> work, IReply reply, TimeSpan every, TimeProvider time) =>
        work.IsCompletedSuccessfully ? work : WhileAsync(work.AsTask(), reply, every, time);

    /// <summary>Returns when the work has ended and never before: it may be writing into memory that the caller gives back.</summary>
    public static async ValueTask<T> WhileAsync<T>(Task<T> work, IReply reply, TimeSpan every, TimeProvider time)
    {
        var pause = reply.WantsEarlySign && s_early < every ? s_early : every;
        while (true)
        {
            try
            {
                return await work.WaitAsync(pause, time);
            }
            catch (TimeoutException) when (!work.IsCompleted)
            {
                await SayAsync(reply);
                pause = every;
            }
        }
    }

    private static async ValueTask SayAsync(IReply reply)
    {
        try
        {
            await reply.KeepAliveAsync();
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client left. Whether the work goes on without it is not decided here.
        }
    }
}

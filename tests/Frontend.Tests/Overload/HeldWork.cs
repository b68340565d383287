using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Overload;

/// <summary>A tool that answers when it is let, and counts who is inside.</summary>
internal sealed class HeldWork
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private int _most;

    public int Running => Volatile.Read(ref _running);

    /// <summary>How many were inside at once.</summary>
    public int Most => Volatile.Read(ref _most);

    /// <summary>Lets all go, those who come later too.</summary>
    public void Release() => _released.SetResult();

    public Task RunsAsync(int calls) => Eventually.TrueAsync(() => Running == calls, $"{calls} calls run");

    public async Task<string> RunAsync(FakeCall call)
    {
        var running = Interlocked.Increment(ref _running);
        int seen;
        while (running > (seen = Most) && Interlocked.CompareExchange(ref _most, running, seen) != seen)
        {
        }

        try
        {
            await _released.Task.WaitAsync(call.Cancelled);
            return FakeCall.Text("done");
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}

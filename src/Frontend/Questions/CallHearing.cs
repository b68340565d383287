using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Subscriptions;

namespace McpGateway.Frontend.Questions;

/// <summary>The calls of modern clients that run over one connection on this node, and what listens for them; guarded by its owner.</summary>
internal sealed class CallHearing(string connection)
{
    public string Connection => connection;

    public List<UpstreamCall> Calls { get; } = [];

    public ConnectionListener? Listener { get; set; }
}

/// <summary>One call's part in it; the listening ends with the last call.</summary>
internal sealed class HeardCall(BesideQuestions owner, CallHearing hearing, UpstreamCall call, TimeProvider time) : IAsyncDisposable
{
    // An upstream that does not open its stream in time may not ask there; it is called all the same.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>Waits until the upstream is listened to: what it asks before finds nobody.</summary>
    public async Task WhenHeardAsync(CancellationToken cancellationToken)
    {
        try
        {
            await hearing.Listener!.Standings.WaitAsync(s_patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It is tried further.
        }
    }

    public ValueTask DisposeAsync() => owner.LeaveAsync(hearing, call);
}

namespace McpGateway.Frontend.Overload;

/// <summary>A call that waits for its turn: true once it has it, false when it has given up.</summary>
internal sealed class WaitingCall : TaskCompletionSource<bool>
{
    // Whoever ends a call may be holding the lock, and has work of its own.
    public WaitingCall(UpstreamGate gate, string caller)
        : base(TaskCreationOptions.RunContinuationsAsynchronously) => (Gate, Caller, Place) = (gate, caller, new(this));

    public UpstreamGate Gate { get; }

    /// <summary>Whose share of the queue it takes.</summary>
    public string Caller { get; }

    /// <summary>It had to give its place in the queue to a caller who had fewer.</summary>
    public bool HasYielded { get; set; }

    /// <summary>Its place among those of its caller.</summary>
    public LinkedListNode<WaitingCall> Place { get; }
}

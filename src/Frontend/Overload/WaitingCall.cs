namespace McpGateway.Frontend.Overload;

/// <summary>A call that waits for its turn: true once it has it, false when it has given up.</summary>
internal sealed class WaitingCall : TaskCompletionSource<bool>
{
    // Whoever ends a call may be holding the lock, and has work of its own.
    public WaitingCall(UpstreamGate gate)
        : base(TaskCreationOptions.RunContinuationsAsynchronously) => (Gate, Place) = (gate, new(this));

    public UpstreamGate Gate { get; }

    /// <summary>Its place in the queue.</summary>
    public LinkedListNode<WaitingCall> Place { get; }
}

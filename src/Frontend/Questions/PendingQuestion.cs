namespace McpGateway.Frontend.Questions;

/// <summary>A question that a legacy client was asked and whose answer this node awaits. It takes one answer.</summary>
internal sealed class PendingQuestion(long number, byte[] id)
{
    private readonly TaskCompletionSource<ReadOnlyMemory<byte>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Number => number;

    /// <summary>The JSON-RPC id under which the client knows it, raw.</summary>
    public ReadOnlyMemory<byte> Id => id;

    /// <summary>The client's whole JSON-RPC response; cancelled when the question was withdrawn.</summary>
    public Task<ReadOnlyMemory<byte>> Answer => _answer.Task;

    public bool TryAnswer(ReadOnlyMemory<byte> response) => _answer.TrySetResult(response);

    public void Withdraw() => _answer.TrySetCanceled();
}

namespace McpGateway.Frontend.Sessions;

/// <summary>What this node keeps of answers that are complete, for clients that may have lost the connection: bounded over all sessions.</summary>
internal sealed class KeptBytes
{
    private const long Limit = 32 * 1024 * 1024;

    private long _total;

    public bool TryAdd(long bytes)
    {
        if (Interlocked.Add(ref _total, bytes) <= Limit)
        {
            return true;
        }

        Remove(bytes);
        return false;
    }

    public void Remove(long bytes) => Interlocked.Add(ref _total, -bytes);
}

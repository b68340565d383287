namespace McpGateway.Gateway.Hosting;

/// <summary>How much memory this process spends on something that it can do without; safe from any thread.</summary>
public sealed class ByteBudget(long limit)
{
    private long _spent;

    /// <summary>What is taken at this moment.</summary>
    public long Spent => Interlocked.Read(ref _spent);

    /// <summary>False when that much is not left; then nothing was taken.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _spent, bytes) <= limit)
        {
            return true;
        }

        GiveBack(bytes);
        return false;
    }

    /// <summary>Gives back what was taken.</summary>
    public void GiveBack(long bytes) => Interlocked.Add(ref _spent, -bytes);
}

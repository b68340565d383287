namespace McpGateway.Frontend.Routing;

/// <summary>An upstream session that this node calls with, without asking its connection's grain each time.</summary>
internal sealed class HeldSession(string id, string connection)
{
    private bool _isUsed = true;

    public string Id => id;

    /// <summary>The key of the connection's grain.</summary>
    public string Connection => connection;

    /// <summary>When it was last seen to have been used; written by the one loop that looks.</summary>
    public DateTimeOffset UsedAt { get; private set; }

    /// <summary>Every call does this: mostly a read, so that calls of many cores do not take the line from each other.</summary>
    public void NoteUse()
    {
        if (!Volatile.Read(ref _isUsed))
        {
            Volatile.Write(ref _isUsed, true);
        }
    }

    /// <summary>Takes note of what was used since the last time.</summary>
    public void Look(DateTimeOffset now)
    {
        if (Volatile.Read(ref _isUsed))
        {
            UsedAt = now;
            Volatile.Write(ref _isUsed, false);
        }
    }
}

using System.Runtime.CompilerServices;

namespace McpGateway.Gateway.Upstreams;

/// <summary>
/// How much may be handled in a row on a thread that waits for sockets. What is there already is read without waiting, so whoever reads from
/// an upstream that writes without a pause would never leave the thread by itself; meanwhile nobody else's answers were seen.
/// </summary>
public struct SocketTurn
{
    // A good tenth of a millisecond's work.
    private const int MostBytes = 128 * 1024;

    private int _bytes;

    /// <summary>Whether this is too much to be handled in one turn.</summary>
    public static bool IsTooLong(int bytes) => bytes > MostBytes;

    /// <summary>Goes on on the thread pool.</summary>
    public static ConfiguredTaskAwaitable LeaveAsync() => Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

    /// <summary>Counts what was read; true, and a new turn, when it was enough for this one.</summary>
    public bool IsOver(int bytes)
    {
        _bytes += bytes;
        if (!IsTooLong(_bytes))
        {
            return false;
        }

        _bytes = 0;
        return true;
    }

    /// <summary>The reader waits, so others have their turn.</summary>
    public void Reset() => _bytes = 0;
}

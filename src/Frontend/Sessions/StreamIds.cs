using System.Globalization;
using System.Security.Cryptography;

namespace McpGateway.Frontend.Sessions;

/// <summary>
/// Names of event streams, unique among all nodes. They are no secret: a stream is only ever looked for in the session of the caller who
/// asks for it.
/// </summary>
internal static class StreamIds
{
    private static readonly string s_node = RandomNumberGenerator.GetHexString(12, lowercase: true);
    private static long s_last;

    public static string Next() => string.Create(CultureInfo.InvariantCulture, $"{s_node}{Interlocked.Increment(ref s_last):x}");
}

using System.Text.Json;
using System.Text.Unicode;

namespace McpGateway.Protocol.Mcp;

/// <summary>Reads an upstream's response in one pass, without DOM and without allocation (protocol.md 1.11).</summary>
public static class ResultScanner
{
    /// <summary>Room for a name of 48 characters of which each is escaped.</summary>
    private const int ScratchLength = 6 * 48;

    /// <summary>Reads one response message.</summary>
    /// <param name="utf8">The whole message.</param>
    /// <param name="scan">What was found; after a fault what was found until then, empty when the bytes are not JSON.</param>
    /// <returns>The first fault. Never throws, whatever the bytes are.</returns>
    public static ResultFault Scan(ReadOnlySpan<byte> utf8, out ResultScan scan)
    {
        scan = default;
        if (!Utf8.IsValid(utf8))
        {
            return ResultFault.NotJson;
        }

        try
        {
            var pass = new ResultPass(utf8, stackalloc byte[ScratchLength]);
            return pass.Run(out scan);
        }
        catch (JsonException)
        {
            scan = default;
            return ResultFault.NotJson;
        }
    }
}

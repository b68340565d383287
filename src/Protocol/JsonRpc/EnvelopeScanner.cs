using System.Text.Json;
using System.Text.Unicode;

namespace McpGateway.Protocol.JsonRpc;

/// <summary>Reads the envelope of a JSON-RPC message in one pass, without DOM and without allocation (protocol.md 3.5).</summary>
public static class EnvelopeScanner
{
    /// <summary>Objects and arrays may be nested this deep, the message itself included.</summary>
    public const int MaxDepth = 128;

    /// <summary>Reads one message.</summary>
    /// <param name="utf8">The whole message; white space around it is allowed, a byte order mark is not.</param>
    /// <param name="envelope">
    /// What was found. After a fault, <see cref="Envelope.Id"/> and whatever was read correctly; empty when the bytes are not JSON.
    /// </param>
    /// <returns>The first fault in the order of the text, then what is missing. Never throws, whatever the bytes are.</returns>
    public static EnvelopeFault Scan(ReadOnlySpan<byte> utf8, out Envelope envelope)
    {
        if (!Utf8.IsValid(utf8))
        {
            envelope = default;
            return EnvelopeFault.NotUtf8;
        }

        var pass = new EnvelopePass(utf8, stackalloc byte[RoutedKeys.ScratchLength]);
        try
        {
            return pass.Run(out envelope);
        }
        catch (JsonException)
        {
            envelope = default;
            return EnvelopeFault.NotJson;
        }
    }
}

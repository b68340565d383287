using System.Globalization;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Gateway.Upstreams;

/// <summary>
/// The last part of a connection's key: what it declares to a legacy upstream that its client can be asked, and whether it carries one call
/// at a time.
/// </summary>
/// <param name="Capabilities">Declared at initialize.</param>
/// <param name="Slot">
/// 0 for a connection with many calls. Else the connection is the number's of several that carry one call each: where questions name no
/// call (stdio, HTTP+SSE) and no session ties the client's calls together, that is the only way to know whose question it is.
/// </param>
public readonly record struct ConnectionProfile(ClientCapabilities Capabilities, int Slot)
{
    /// <summary>How many connections of this kind one caller has at an upstream at most.</summary>
    public const int Slots = 8;

    /// <summary>Reads the text of <see cref="ToString"/>; anything else declares nothing.</summary>
    public static ConnectionProfile Parse(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var bits = dot < 0 ? text : text[..dot];
        var slot = 0;
        return byte.TryParse(bits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var capabilities)
            && (dot < 0 || int.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out slot))
            ? new ConnectionProfile((ClientCapabilities)capabilities, slot)
            : default;
    }

    public override string ToString() => Slot == 0
        ? ((byte)Capabilities).ToString("x", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{(byte)Capabilities:x}.{Slot}");
}

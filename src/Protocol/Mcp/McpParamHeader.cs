using System.Globalization;
using System.Text;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>Compares <c>Mcp-Param-*</c> headers with the arguments that they repeat, and makes them (protocol.md 1.2, 1.3).</summary>
public static class McpParamHeader
{
    private const long MaxSafeInteger = (1L << 53) - 1;

    /// <summary>Whether header and argument agree.</summary>
    /// <param name="header">The header's value; null when it is absent.</param>
    /// <param name="rawArgument">The argument as raw JSON; empty when it is absent.</param>
    /// <returns>
    /// An argument that is absent or <c>null</c> wants no header; every other wants one. Strings are compared exactly, booleans as
    /// <c>true</c>/<c>false</c>, integers by value up to ±(2^53-1). Objects, arrays and other numbers never agree.
    /// </returns>
    public static bool Agrees(string? header, ReadOnlySpan<byte> rawArgument)
    {
        if (rawArgument.IsEmpty || rawArgument[0] == (byte)'n')
        {
            return header is null;
        }

        if (header is null || !McpHeaders.TryDecode(header, out var value))
        {
            return false;
        }

        return rawArgument[0] switch
        {
            (byte)'"' => value == JsonStringBytes.GetString(rawArgument),
            (byte)'t' => value == "true",
            (byte)'f' => value == "false",
            (byte)'{' or (byte)'[' => false,
            _ => TryReadInteger(Encoding.UTF8.GetString(rawArgument), out var argument)
                && TryReadInteger(value, out var sent) && argument == sent,
        };
    }

    /// <summary>The header value for an argument; null when the argument wants none or can have none.</summary>
    public static string? Make(ReadOnlySpan<byte> rawArgument)
    {
        if (rawArgument.IsEmpty)
        {
            return null;
        }

        return rawArgument[0] switch
        {
            (byte)'"' => McpHeaders.Encode(JsonStringBytes.GetString(rawArgument)),
            (byte)'t' => "true",
            (byte)'f' => "false",
            (byte)'n' or (byte)'{' or (byte)'[' => null,
            _ => TryReadInteger(Encoding.UTF8.GetString(rawArgument), out var value) ? value.ToString(CultureInfo.InvariantCulture) : null,
        };
    }

    /// <summary>JSON has one kind of number: 1.0 and 1e2 are integers too.</summary>
    private static bool TryReadInteger(string text, out long value)
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        value = 0;
        if (!decimal.TryParse(text, style, CultureInfo.InvariantCulture, out var number)
            || number != decimal.Truncate(number) || Math.Abs(number) > MaxSafeInteger)
        {
            return false;
        }

        value = (long)number;
        return true;
    }
}

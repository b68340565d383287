using System.Buffers;
using System.Buffers.Text;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>The canonical form of a number literal: digits without zeros at either end, and a power of ten. No rounding.</summary>
internal static class CanonicalNumber
{
    /// <param name="literal">A well-formed JSON number.</param>
    /// <param name="writer">Receives the form.</param>
    public static void Write(ReadOnlySpan<byte> literal, IBufferWriter<byte> writer)
    {
        var isNegative = literal[0] == (byte)'-';
        var rest = isNegative ? literal[1..] : literal;
        var exponentAt = rest.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = exponentAt < 0 ? rest : rest[..exponentAt];
        var exponent = 0L;
        if (exponentAt >= 0 && !TryReadExponent(rest[(exponentAt + 1)..], out exponent))
        {
            writer.Write(mantissa.ContainsAnyExcept((byte)'0', (byte)'.') ? literal : "0"u8); // an exponent beyond all reason stays as it is
            return;
        }

        var point = mantissa.IndexOf((byte)'.');
        var digits = new byte[mantissa.Length];
        var whole = point < 0 ? mantissa : mantissa[..point];
        var fraction = point < 0 ? default : mantissa[(point + 1)..];
        whole.CopyTo(digits);
        fraction.CopyTo(digits.AsSpan(whole.Length));
        exponent -= fraction.Length;

        ReadOnlySpan<byte> significant = digits.AsSpan(0, whole.Length + fraction.Length).TrimStart((byte)'0');
        var trimmed = significant.TrimEnd((byte)'0');
        exponent += significant.Length - trimmed.Length;
        if (trimmed.IsEmpty)
        {
            writer.Write("0"u8);
            return;
        }

        writer.Write(isNegative ? "-"u8 : ""u8);
        writer.Write(trimmed);
        if (exponent != 0)
        {
            writer.Write("e"u8);
            JsonRpcWriter.WriteNumber(writer, exponent);
        }
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> text, out long exponent)
    {
        var digits = text[0] == (byte)'+' ? text[1..] : text;
        return Utf8Parser.TryParse(digits, out exponent, out var length) && length == digits.Length
            && Math.Abs(exponent) < long.MaxValue / 2;
    }
}

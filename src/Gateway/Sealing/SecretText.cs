using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace McpGateway.Gateway.Sealing;

/// <summary>Comparison of secrets.</summary>
public static class SecretText
{
    /// <summary>
    /// True when both are the same text. The time depends on their length alone, as with
    /// <see cref="System.Security.Cryptography.CryptographicOperations.FixedTimeEquals"/>, which goes byte by byte and takes as long as a hash for
    /// the length of a token.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    public static bool AreEqual(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        if (one.Length != other.Length)
        {
            return false;
        }

        var difference = 0UL;
        var words = MemoryMarshal.Cast<char, ulong>(one);
        var otherWords = MemoryMarshal.Cast<char, ulong>(other);
        for (var i = 0; i < words.Length; i++)
        {
            difference |= words[i] ^ otherWords[i];
        }

        for (var i = words.Length * (sizeof(ulong) / sizeof(char)); i < one.Length; i++)
        {
            difference |= (uint)(one[i] ^ other[i]);
        }

        return difference == 0;
    }
}

using System.Security.Cryptography;

namespace McpGateway.Gateway.Sealing;

/// <summary>HMAC-SHA256 under keys of one purpose.</summary>
public sealed class Signer
{
    private readonly (uint Id, byte[] Key)[] _keys;

    internal Signer((uint Id, byte[] Key)[] keys) => _keys = keys;

    /// <summary>The keys, the current one first: for libraries that do their own signing.</summary>
    public IEnumerable<byte[]> Keys => _keys.Select(key => (byte[])key.Key.Clone());

    /// <summary>Writes the MAC of <paramref name="data"/> under the current key, cut to the destination's length (at most 32 bytes).</summary>
    public void Sign(ReadOnlySpan<byte> data, Span<byte> mac) => Compute(_keys[0].Key, data, mac);

    /// <summary>True when <paramref name="mac"/> (possibly cut, at least 12 bytes) is right under any of our keys. Constant time per key.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> mac)
    {
        if (mac.Length is < 12 or > HMACSHA256.HashSizeInBytes)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var (_, key) in _keys)
        {
            Compute(key, data, expected[..mac.Length]);
            if (CryptographicOperations.FixedTimeEquals(expected[..mac.Length], mac))
            {
                return true;
            }
        }

        return false;
    }

    private static void Compute(byte[] key, ReadOnlySpan<byte> data, Span<byte> mac)
    {
        Span<byte> full = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, data, full);
        full[..mac.Length].CopyTo(mac);
    }
}

using System.Security.Cryptography;
using System.Text;

namespace McpGateway.Gateway.Sealing;

/// <summary>
/// The master keys of this node and everything derived from them: each key is HKDF-SHA256(master, purpose). The current master seals and
/// signs; the previous one still opens and verifies, so that keys can be changed without a break.
/// </summary>
public sealed class KeyRing
{
    /// <summary>Length of a master key in bytes.</summary>
    public const int MasterLength = 32;

    private readonly byte[][] _masters;

    /// <param name="current">32 random bytes.</param>
    /// <param name="previous">The master before, or empty.</param>
    public KeyRing(ReadOnlySpan<byte> current, ReadOnlySpan<byte> previous = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(current.Length, MasterLength, nameof(current));
        if (previous.IsEmpty)
        {
            _masters = [current.ToArray()];
            return;
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(previous.Length, MasterLength, nameof(previous));
        _masters = [current.ToArray(), previous.ToArray()];
    }

    /// <summary>Authenticated encryption for one purpose.</summary>
    public Sealer Sealer(string purpose) => new(Derive("seal", purpose));

    /// <summary>Authenticated encryption for one purpose that gives the same bytes for the same input.</summary>
    public StableSealer StableSealer(string purpose) => new(Sealer(purpose), Signer($"{purpose}-nonce"));

    /// <summary>Message authentication for one purpose.</summary>
    public Signer Signer(string purpose) => new(Derive("sign", purpose));

    /// <summary>The 32-byte keys of a purpose with their ids, the current one first.</summary>
    private (uint Id, byte[] Key)[] Derive(string use, string purpose) =>
        [.. _masters.Select(master => (KeyId(master), Expand(master, $"mcpgateway/v1/{use}/{purpose}", 32)))];

    private static uint KeyId(byte[] master) => BitConverter.ToUInt32(Expand(master, "mcpgateway/v1/key-id", sizeof(uint)));

    private static byte[] Expand(byte[] master, string info, int length) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, master, length, salt: null, Encoding.UTF8.GetBytes(info));
}

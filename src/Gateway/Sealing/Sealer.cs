using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace McpGateway.Gateway.Sealing;

/// <summary>
/// AES-256-GCM under keys of one purpose. A sealed value is: key id (4 bytes), nonce (12), ciphertext, tag (16). What it was sealed with
/// as associated data must be given again to open it.
/// </summary>
public sealed class Sealer
{
    private const int IdLength = sizeof(uint);
    internal const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>Bytes that sealing adds.</summary>
    public const int Overhead = IdLength + NonceLength + TagLength;

    private readonly (uint Id, byte[] Key)[] _keys;

    internal Sealer((uint Id, byte[] Key)[] keys) => _keys = keys;

    /// <summary>Seals under the current key with a fresh random nonce.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        RandomNumberGenerator.Fill(nonce);
        return Seal(nonce, plaintext, associatedData);
    }

    /// <summary>Seals with a nonce that is never used for another plaintext or other associated data.</summary>
    internal byte[] Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        var sealedBytes = new byte[Overhead + plaintext.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(sealedBytes, _keys[0].Id);
        nonce.CopyTo(sealedBytes.AsSpan(IdLength, NonceLength));
        using var aes = new AesGcm(_keys[0].Key, TagLength);
        aes.Encrypt(
            nonce,
            plaintext,
            sealedBytes.AsSpan(IdLength + NonceLength, plaintext.Length),
            sealedBytes.AsSpan(sealedBytes.Length - TagLength),
            associatedData);
        return sealedBytes;
    }

    /// <summary>Seals text, bound to the id of the thing it belongs to.</summary>
    public byte[] Seal(string plaintext, string associatedData) => Seal(Encoding.UTF8.GetBytes(plaintext), Encoding.UTF8.GetBytes(associatedData));

    /// <summary>
    /// The same text under the current key: the very same bytes where they are already, null where <see cref="TryOpen"/> says false. Once all
    /// that is stored was sealed anew, the previous key may go.
    /// </summary>
    public byte[]? Renew(byte[] sealedBytes, string associatedData)
    {
        if (OpenText(sealedBytes, associatedData) is not { } text)
        {
            return null;
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(sealedBytes) == _keys[0].Id ? sealedBytes : Seal(text, associatedData);
    }

    /// <summary>
    /// Opens into <paramref name="plaintext"/>, which must hold <c>sealedBytes.Length - Overhead</c> bytes. False when the value was
    /// altered, sealed under a key we no longer have, or sealed with other associated data.
    /// </summary>
    public bool TryOpen(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> associatedData, Span<byte> plaintext)
    {
        if (sealedBytes.Length < Overhead)
        {
            return false;
        }

        var id = BinaryPrimitives.ReadUInt32LittleEndian(sealedBytes);
        foreach (var key in _keys)
        {
            if (key.Id != id)
            {
                continue;
            }

            using var aes = new AesGcm(key.Key, TagLength);
            try
            {
                aes.Decrypt(
                    sealedBytes.Slice(IdLength, NonceLength),
                    sealedBytes[(IdLength + NonceLength)..^TagLength],
                    sealedBytes[^TagLength..],
                    plaintext[..(sealedBytes.Length - Overhead)],
                    associatedData);
                return true;
            }
            catch (AuthenticationTagMismatchException)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Opens text sealed by <see cref="Seal(string, string)"/>; null where <see cref="TryOpen"/> says false.</summary>
    public string? OpenText(ReadOnlySpan<byte> sealedBytes, string associatedData)
    {
        if (sealedBytes.Length < Overhead)
        {
            return null;
        }

        var plaintext = new byte[sealedBytes.Length - Overhead];
        return TryOpen(sealedBytes, Encoding.UTF8.GetBytes(associatedData), plaintext) ? Encoding.UTF8.GetString(plaintext) : null;
    }
}

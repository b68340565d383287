using System.Buffers.Binary;

namespace McpGateway.Gateway.Sealing;

/// <summary>
/// Authenticated encryption that gives the same bytes for the same input as long as the key is the same: for handles that a client compares.
/// Whoever sees two of them learns whether they stand for the same thing, and nothing else.
/// </summary>
/// <remarks>
/// The nonce is the MAC of everything that is sealed (as in SIV modes, RFC 8452), so a nonce comes back only together with its plaintext.
/// </remarks>
public sealed class StableSealer
{
    private readonly Sealer _sealer;
    private readonly Signer _nonces;

    internal StableSealer(Sealer sealer, Signer nonces) => (_sealer, _nonces) = (sealer, nonces);

    /// <inheritdoc cref="Sealer.Seal(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public byte[] Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        var all = new byte[sizeof(int) + associatedData.Length + plaintext.Length];
        // The length says where one ends and the other begins.
        BinaryPrimitives.WriteInt32LittleEndian(all, associatedData.Length);
        associatedData.CopyTo(all.AsSpan(sizeof(int)));
        plaintext.CopyTo(all.AsSpan(sizeof(int) + associatedData.Length));
        Span<byte> nonce = stackalloc byte[Sealer.NonceLength];
        _nonces.Sign(all, nonce);
        return _sealer.Seal(nonce, plaintext, associatedData);
    }

    /// <inheritdoc cref="Sealer.TryOpen"/>
    public bool TryOpen(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> associatedData, Span<byte> plaintext) =>
        _sealer.TryOpen(sealedBytes, associatedData, plaintext);
}

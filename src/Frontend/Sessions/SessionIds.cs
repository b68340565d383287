using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using McpGateway.Frontend.Access;
using McpGateway.Gateway.Sealing;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Sessions;

/// <summary>
/// Makes and opens session ids: constant size, sealed, bound to the virtual server and to who opened the session, so that any node
/// serves it and nobody else can use it.
/// </summary>
internal sealed class SessionIds(KeyRing keys, TimeProvider time)
{
    private const byte Form = 1;
    private const int KeyLength = 16;
    private const int PlainLength = 1 + KeyLength + sizeof(uint) + 1 + 1;
    private const int SealedLength = PlainLength + Sealer.Overhead;

    private readonly Sealer _sealer = keys.Sealer("mcp-session");

    /// <summary>Opens a session: a new id as the client gets it.</summary>
    public string Open(string serverId, string identityKey, ProtocolRevision revision, ClientCapabilities capabilities)
    {
        Span<byte> plain = stackalloc byte[PlainLength];
        plain[0] = Form;
        RandomNumberGenerator.Fill(plain.Slice(1, KeyLength));
        BinaryPrimitives.WriteUInt32LittleEndian(plain[(1 + KeyLength)..], (uint)time.GetUtcNow().ToUnixTimeSeconds());
        plain[^2] = (byte)revision;
        plain[^1] = (byte)capabilities;
        return Base64Url.EncodeToString(_sealer.Seal(plain, CallerBinding.Bytes(serverId, identityKey)));
    }

    /// <summary>What a session id says; null when it is not ours, was altered, or belongs to another virtual server or caller.</summary>
    public SessionId? Read(ReadOnlySpan<char> text, string serverId, string identityKey)
    {
        Span<byte> sealedBytes = stackalloc byte[SealedLength];
        Span<byte> plain = stackalloc byte[PlainLength];
        if (text.Length != Base64Url.GetEncodedLength(SealedLength)
            || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, sealedBytes, out var decoded)
            || decoded != SealedLength
            || !_sealer.TryOpen(sealedBytes, CallerBinding.Bytes(serverId, identityKey), plain)
            || plain[0] != Form
            || !Enum.IsDefined((ProtocolRevision)plain[^2]))
        {
            return null;
        }

        return new SessionId(
            Convert.ToHexStringLower(plain.Slice(1, KeyLength)),
            DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32LittleEndian(plain[(1 + KeyLength)..])),
            (ProtocolRevision)plain[^2],
            (ClientCapabilities)plain[^1]);
    }
}

using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using McpGateway.Frontend.Access;
using McpGateway.Gateway.Sealing;

namespace McpGateway.Frontend.Questions;

/// <summary>
/// The JSON-RPC ids of the questions that legacy clients are asked. An id says where its answer has to go, so that any frontend can take
/// the answer, with or without a session id; it is worthless to anybody but the caller who was asked.
/// </summary>
internal sealed class QuestionIds(KeyRing keys)
{
    private const string Prefix = "g1.";
    private const byte Form = 1;
    private const int HeadLength = 1 + sizeof(long);
    private const int MaxNode = 100;

    private readonly Sealer _sealer = keys.Sealer("mcp-question");

    /// <summary>The id, as a JSON string.</summary>
    public byte[] Write(long number, string node, string serverId, string identityKey)
    {
        Span<byte> plain = stackalloc byte[HeadLength + MaxNode];
        plain[0] = Form;
        BinaryPrimitives.WriteInt64LittleEndian(plain[1..], number);
        var length = HeadLength + Encoding.UTF8.GetBytes(node, plain[HeadLength..]);
        var sealedBytes = _sealer.Seal(plain[..length], CallerBinding.Bytes(serverId, identityKey));
        return Encoding.ASCII.GetBytes($"\"{Prefix}{Base64Url.EncodeToString(sealedBytes)}\"");
    }

    /// <summary>What an id says; null when it is not ours, was altered, or was given to another caller or for another virtual server.</summary>
    /// <param name="rawId">As it came: with its quotes, if it is a string.</param>
    public (long Number, string Node)? Read(ReadOnlySpan<byte> rawId, string serverId, string identityKey)
    {
        var text = rawId.Trim((byte)'"');
        if (text.Length == rawId.Length || !text.StartsWith("g1."u8))
        {
            return null;
        }

        text = text[Prefix.Length..];
        Span<byte> sealedBytes = stackalloc byte[Sealer.Overhead + HeadLength + MaxNode];
        Span<byte> plain = stackalloc byte[HeadLength + MaxNode];
        if (Base64Url.GetMaxDecodedLength(text.Length) > sealedBytes.Length
            || !Base64Url.IsValid(text, out var length)
            || length < Sealer.Overhead + HeadLength)
        {
            return null;
        }

        Base64Url.DecodeFromUtf8(text, sealedBytes);
        plain = plain[..(length - Sealer.Overhead)];
        return _sealer.TryOpen(sealedBytes[..length], CallerBinding.Bytes(serverId, identityKey), plain) && plain[0] == Form
            ? (BinaryPrimitives.ReadInt64LittleEndian(plain[1..]), Encoding.UTF8.GetString(plain[HeadLength..]))
            : null;
    }
}

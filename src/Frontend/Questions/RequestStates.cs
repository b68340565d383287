using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Gateway.Sealing;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Questions;

/// <summary>What a <c>requestState</c> of ours stands for.</summary>
internal enum RequestStateKind : byte
{
    /// <summary>The state of a modern upstream, which gets it back as it was.</summary>
    Upstream = 1,

    /// <summary>A call that a node holds for a legacy upstream.</summary>
    Held = 2,
}

/// <summary>How reading a <c>requestState</c> went.</summary>
internal enum RequestStateFault
{
    None,

    /// <summary>Not ours, altered, or given to another caller, for another virtual server or another request.</summary>
    Foreign,

    /// <summary>Its time is over.</summary>
    Expired,
}

/// <summary>An opened <c>requestState</c>.</summary>
/// <param name="Owner">The upstream's id, or the node that holds the call.</param>
/// <param name="Content">The upstream's own state as raw JSON, or the number and round of the held call.</param>
internal sealed record RequestState(RequestStateKind Kind, string Owner, ReadOnlyMemory<byte> Content);

/// <summary>
/// Seals <c>requestState</c> (spec 2026-07-28, multi round-trip requests): a server must treat it as hostile, and an upstream that we call
/// with credentials of our own cannot know for which caller it made it. So it is bound to caller, virtual server, the request it answers
/// (method, name, arguments) and a time.
/// </summary>
internal sealed class RequestStates(KeyRing keys, IOptions<McpOptions> options, TimeProvider time)
{
    private const int MaxOwner = 200;
    private const int DigestLength = SHA256.HashSizeInBytes;
    private const int HeadLength = 1 + sizeof(long) + DigestLength + 1;

    private readonly Sealer _sealer = keys.Sealer("mcp-request-state");

    /// <summary>How long a client may take to answer.</summary>
    public TimeSpan Lifetime => options.Value.QuestionPatience;

    /// <summary>The state as a JSON string.</summary>
    public byte[] Write(McpExchange exchange, RequestState state)
    {
        var plain = new byte[HeadLength + MaxOwner + state.Content.Length];
        plain[0] = (byte)state.Kind;
        BinaryPrimitives.WriteInt64LittleEndian(plain.AsSpan(1), (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        Digest(exchange, plain.AsSpan(1 + sizeof(long), DigestLength));
        var owner = Encoding.UTF8.GetBytes(state.Owner, plain.AsSpan(HeadLength, MaxOwner));
        plain[HeadLength - 1] = (byte)owner;
        state.Content.Span.CopyTo(plain.AsSpan(HeadLength + owner));
        var sealedBytes = _sealer.Seal(plain.AsSpan(0, HeadLength + owner + state.Content.Length), exchange.Binding);
        return Encoding.ASCII.GetBytes($"\"{Base64Url.EncodeToString(sealedBytes)}\"");
    }

    /// <summary>Opens the state of a retry.</summary>
    public RequestStateFault Read(McpExchange exchange, out RequestState state)
    {
        state = null!;
        var token = exchange.Slice(exchange.Envelope.RequestState);
        var text = JsonStringBytes.IsEscaped(token) ? [] : JsonStringBytes.Inner(token);
        if (text.IsEmpty || !Base64Url.IsValid(text, out var length) || length < Sealer.Overhead + HeadLength)
        {
            return RequestStateFault.Foreign;
        }

        var sealedBytes = new byte[length];
        Base64Url.DecodeFromUtf8(text, sealedBytes);
        var plain = new byte[length - Sealer.Overhead];
        Span<byte> digest = stackalloc byte[DigestLength];
        Digest(exchange, digest);
        if (!_sealer.TryOpen(sealedBytes, exchange.Binding, plain)
            || !digest.SequenceEqual(plain.AsSpan(1 + sizeof(long), DigestLength)))
        {
            return RequestStateFault.Foreign;
        }

        if (DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64LittleEndian(plain.AsSpan(1))) < time.GetUtcNow())
        {
            return RequestStateFault.Expired;
        }

        var owner = plain[HeadLength - 1];
        state = new RequestState((RequestStateKind)plain[0], Encoding.UTF8.GetString(plain, HeadLength, owner), plain.AsMemory(HeadLength + owner));
        return RequestStateFault.None;
    }

    /// <summary>What the request asks for. A client may write it anew for the retry, so the structure counts and not the bytes.</summary>
    private static void Digest(McpExchange exchange, Span<byte> digest)
    {
        ref readonly var envelope = ref exchange.Envelope;
        using var text = new PooledBuffer(1024);
        text.Write(exchange.Slice(envelope.MethodName));
        text.Write("\n"u8);
        JsonStringBytes.Write(text, JsonStringBytes.GetString(exchange.Slice(envelope.HeaderName)));
        text.Write("\n"u8);
        if (envelope.Arguments.IsPresent)
        {
            // The scanner let them in, so they have a canonical form.
            CanonicalJson.TryWrite(exchange.Slice(envelope.Arguments), text);
        }

        SHA256.HashData(text.WrittenSpan, digest);
    }
}

using System.Buffers.Text;
using System.Text;
using McpGateway.Frontend.Mcp;
using McpGateway.Gateway.Sealing;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>
/// The ids under which clients know tasks of upstreams. An id says whose task it is and where, so nothing has to be remembered; it is the
/// same at every look, fits into a header, and is worthless to anybody but the caller whose task it is.
/// </summary>
internal sealed class TaskIds(KeyRing keys)
{
    /// <summary>Bytes that an upstream's own id may have: the client repeats ours in a header.</summary>
    public const int MaxLength = 512;

    private const string Prefix = "t1.";
    private const byte OfUpstream = 1;
    private const byte Kept = 2;
    private const int HeadLength = 4;
    private const int MaxName = byte.MaxValue;

    private readonly StableSealer _sealer = keys.StableSealer("mcp-task");

    /// <summary>The id for this caller.</summary>
    public string Write(McpExchange exchange, TaskRef task) => Write(exchange.Binding, task);

    /// <summary>The id for the caller with this binding (<see cref="McpExchange.Binding"/>).</summary>
    public string Write(ReadOnlySpan<byte> binding, TaskRef task)
    {
        var plain = new byte[HeadLength + MaxName + MaxName + Encoding.UTF8.GetByteCount(task.TaskId)];
        var upstream = Encoding.UTF8.GetBytes(task.UpstreamId, plain.AsSpan(HeadLength, MaxName));
        var node = Encoding.UTF8.GetBytes(task.Node, plain.AsSpan(HeadLength + upstream, MaxName));
        (plain[0], plain[1], plain[2], plain[3]) = (task.IsKept ? Kept : OfUpstream, (byte)task.Declared, (byte)upstream, (byte)node);
        var head = HeadLength + upstream + node;
        var length = head + Encoding.UTF8.GetBytes(task.TaskId, plain.AsSpan(head));
        return Prefix + Base64Url.EncodeToString(_sealer.Seal(plain.AsSpan(0, length), binding));
    }

    /// <summary>The id as a JSON string.</summary>
    public byte[] WriteJson(McpExchange exchange, TaskRef task) => Encoding.ASCII.GetBytes($"\"{Write(exchange, task)}\"");

    /// <inheritdoc cref="Write(ReadOnlySpan{byte}, TaskRef)"/>
    public byte[] WriteJson(ReadOnlySpan<byte> binding, TaskRef task) => Encoding.ASCII.GetBytes($"\"{Write(binding, task)}\"");

    /// <summary>The task that the request names in <c>params.taskId</c>; see <see cref="Read(McpExchange, ReadOnlySpan{byte})"/>.</summary>
    public TaskRef? Read(McpExchange exchange) => Read(exchange, exchange.Slice(exchange.Envelope.TaskId));

    /// <summary>What an id stands for; null when it is not ours, was altered, or belongs to another caller or another virtual server.</summary>
    /// <param name="token">A JSON string with its quotes.</param>
    public TaskRef? Read(McpExchange exchange, ReadOnlySpan<byte> token)
    {
        if (token.IsEmpty || token[0] != (byte)'"' || JsonStringBytes.IsEscaped(token))
        {
            return null;
        }

        var text = JsonStringBytes.Inner(token);
        if (!text.StartsWith("t1."u8) || !Base64Url.IsValid(text[Prefix.Length..], out var length) || length < Sealer.Overhead + HeadLength)
        {
            return null;
        }

        var sealedBytes = new byte[length];
        Base64Url.DecodeFromUtf8(text[Prefix.Length..], sealedBytes);
        var plain = new byte[length - Sealer.Overhead];
        if (!_sealer.TryOpen(sealedBytes, exchange.Binding, plain) || plain[0] is not (OfUpstream or Kept))
        {
            return null;
        }

        var (upstream, node) = (plain[2], plain[3]);
        return new TaskRef(
            Encoding.UTF8.GetString(plain, HeadLength, upstream),
            Encoding.UTF8.GetString(plain.AsSpan(HeadLength + upstream + node)),
            (ClientCapabilities)plain[1],
            Encoding.UTF8.GetString(plain, HeadLength + upstream, node))
        {
            IsKept = plain[0] == Kept,
        };
    }
}

using McpGateway.Frontend.Access;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Telemetry;
using McpGateway.Gateway.Routing;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Mcp;

/// <summary>One message of a client being served: who sent it, to which virtual server, what it says, and where the answer goes.</summary>
internal sealed class McpExchange
{
    private readonly ReadOnlyMemory<byte> _body;
    private Envelope _envelope;

    public McpExchange(Admission admission, ReadOnlyMemory<byte> body, in Envelope envelope, ProtocolRevision revision, ClientSession? session, IReply reply)
    {
        Admission = admission;
        _body = body;
        _envelope = envelope;
        Revision = revision;
        Session = session;
        Reply = reply;
    }

    public Admission Admission { get; }

    public CallerIdentity Caller => Admission.Identity;

    public ServerModel Server => Admission.Server;

    public CallerView View => Admission.View;

    /// <summary>The message, valid as long as it is being served.</summary>
    public ReadOnlyMemory<byte> Body => _body;

    public ref readonly Envelope Envelope => ref _envelope;

    public ProtocolRevision Revision { get; }

    public bool IsModern => Revision.IsModern();

    /// <summary>The legacy session; null for modern clients and for legacy clients that use none.</summary>
    public ClientSession? Session { get; }

    public IReply Reply { get; }

    /// <summary>Headers of the client's request; null where the message has outlived it (2024-11-05).</summary>
    public IHeaderDictionary? Headers { get; init; }

    /// <summary>The client's request, for answers that outlive the credentials they began with; null where the message has outlived it (2024-11-05).</summary>
    public HttpContext? Http { get; init; }

    /// <summary>The id by which logs and audit name the request.</summary>
    public required string RequestId { get; init; }

    /// <summary>The gateway asks by itself, for a client that asked for something else: no call of anybody's, so it is not counted.</summary>
    public bool IsUncounted { get; init; }

    /// <summary>When the request arrived, and how far it had come when.</summary>
    public required CallClock Clock { get; init; }

    /// <summary>The request as traces and metrics show it; null while nobody listens.</summary>
    public RequestTrace? Trace { get; set; }

    /// <summary>
    /// What the client may be asked, as it declared in its session or, if it is modern, in this request. A legacy client without session
    /// cannot be asked anything.
    /// </summary>
    public ClientCapabilities Capabilities => IsModern
        ? _envelope.ClientCapabilities.IsPresent ? ClientCapabilitiesJson.Read(Slice(_envelope.ClientCapabilities)) : ClientCapabilities.None
        : Session?.Capabilities ?? ClientCapabilities.None;

    /// <summary>The same message in memory of its own, for a call that outlives the request.</summary>
    public McpExchange Detached(IReply reply) =>
        new(Admission, _body.ToArray(), _envelope, Revision, Session, reply) { RequestId = RequestId, Clock = Clock, Trace = Trace };

    /// <summary>What handles for this caller at this virtual server are sealed with.</summary>
    public byte[] Binding => CallerBinding.Bytes(Server.Header.ServerId, Caller.Key);

    /// <summary>The argument of grain calls.</summary>
    public Abstractions.Access.Caller ToCaller() => Caller.ToCaller(Admission.Address, RequestId);

    /// <summary>The request's id as it came, with its quotes if it is a string.</summary>
    public ReadOnlySpan<byte> Id => _envelope.Id.Slice(_body.Span);

    /// <summary>The bytes of a part of the message.</summary>
    public ReadOnlySpan<byte> Slice(ByteRange range) => range.Slice(_body.Span);
}

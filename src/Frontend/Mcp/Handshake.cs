using System.Text;
using McpGateway.Frontend.Relay;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Mcp;

/// <summary>How clients get to know a virtual server: <c>initialize</c> and <c>server/discover</c>, both answered without asking any upstream.</summary>
internal static class Handshake
{
    /// <summary>
    /// The revision a legacy client gets: the one it asked for if we speak it with the handshake, else our newest such (spec, lifecycle:
    /// version negotiation).
    /// </summary>
    public static ProtocolRevision Negotiate(ReadOnlySpan<byte> body, in Envelope envelope) =>
        envelope.InitializeProtocolVersion.IsPresent
        && ProtocolRevisions.TryParse(JsonStringBytes.GetString(envelope.InitializeProtocolVersion.Slice(body)), out var revision)
        && !revision.IsModern()
            ? revision
            : ProtocolRevisions.LatestLegacy;

    /// <summary>What the client declared, as far as its revision knows such a thing.</summary>
    public static ClientCapabilities ReadCapabilities(ReadOnlySpan<byte> body, in Envelope envelope, ProtocolRevision revision)
    {
        if (!envelope.InitializeCapabilities.IsPresent)
        {
            return ClientCapabilities.None;
        }

        var declared = ClientCapabilitiesJson.Read(envelope.InitializeCapabilities.Slice(body));
        declared &= revision.HasElicitation() ? declared : ~(ClientCapabilities.Elicitation | ClientCapabilities.UrlElicitation);
        return revision.HasUrlElicitation()
            ? declared
            : declared & ~(ClientCapabilities.UrlElicitation | ClientCapabilities.SamplingTools | ClientCapabilities.SamplingContext);
    }

    public static ValueTask InitializeAsync(McpExchange exchange) => exchange.SucceedAsync(
        static (output, exchange) =>
        {
            output.Write("{\"protocolVersion\":\""u8);
            output.Write(Encoding.ASCII.GetBytes(exchange.Revision.Text()));
            output.Write("\",\"capabilities\":"u8);
            output.Write(exchange.Server.Identity.CapabilitiesFor(exchange.Revision).Span);
            output.Write(",\"serverInfo\":"u8);
            output.Write(exchange.Server.Identity.ServerInfo.Span);
            WriteInstructions(output, exchange);
            output.Write("}"u8);
        },
        exchange);

    public static ValueTask DiscoverAsync(McpExchange exchange) => exchange.SucceedAsync(
        static (output, exchange) =>
        {
            output.Write("{\"supportedVersions\":[\""u8);
            output.Write(Encoding.ASCII.GetBytes(ProtocolRevisions.LatestModern.Text()));
            output.Write("\"],\"capabilities\":"u8);
            output.Write(exchange.Server.Identity.CapabilitiesFor(exchange.Revision).Span);
            WriteInstructions(output, exchange);
            ModernResult.WriteMembers(output, exchange, isCacheable: true);
            output.Write("}"u8);
        },
        exchange);

    private static void WriteInstructions(PooledBuffer output, McpExchange exchange)
    {
        if (!exchange.Server.Identity.Instructions.IsEmpty)
        {
            output.Write(",\"instructions\":"u8);
            output.Write(exchange.Server.Identity.Instructions.Span);
        }
    }
}

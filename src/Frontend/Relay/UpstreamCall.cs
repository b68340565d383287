using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;
using McpGateway.Gateway.Routing;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Relay;

/// <summary>One call on its way to an upstream: the client's message, where it leads, and how it is told apart there.</summary>
internal sealed class UpstreamCall
{
    private static readonly byte[] s_modernRevision = Encoding.ASCII.GetBytes($"\"{ProtocolRevisions.LatestModern.Text()}\"");
    private static readonly byte[] s_clientInfo = Encoding.ASCII.GetBytes($$"""{"name":"mcpgateway","version":"{{ServerIdentity.Version}}"}""");

    public UpstreamCall(McpExchange exchange, ItemRoute route, UpstreamLink link, RunningCall running)
    {
        Exchange = exchange;
        Route = route;
        Link = link;
        Running = running;
        ParamHeaders = route.ParamHeaders;
        Owner = ConnectionOwner.Of(link, exchange.Session, exchange.Caller);
        // A connection of the client's own session sees each of the client's ids once; on any other they may clash.
        var isOwn = exchange.Session is not null && link.Route.Sharing == SharingMode.PerSession;
        OwnId = link is { IsDirect: true, Route.RequiresSession: true } && !isOwn
            ? Encoding.ASCII.GetBytes(UpstreamLink.NextId().ToString(CultureInfo.InvariantCulture))
            : null;
    }

    public McpExchange Exchange { get; }

    public ItemRoute Route { get; }

    public UpstreamLink Link { get; }

    public RunningCall Running { get; }

    /// <summary>Arguments that a modern upstream wants repeated in headers, as far as we have to do it.</summary>
    public ImmutableArray<ParamHeader> ParamHeaders { get; set; }

    /// <summary>Whose connection the call goes through, as the upstream's sharing mode says.</summary>
    public string Owner { get; }

    /// <summary>Id and progress token as the upstream sees them, where they are not the client's.</summary>
    public byte[]? OwnId { get; }

    /// <summary>The id as the upstream sees it, raw.</summary>
    public ReadOnlySpan<byte> UpstreamId => OwnId is null ? Exchange.Id : OwnId;

    public ConnectionKey Connection => ConnectionOwner.KeyFor(Link, Exchange.Session, Exchange.Caller);

    /// <summary>Writes the message as the upstream shall get it: its own names, its own generation's metadata.</summary>
    public void WriteTo(PooledBuffer output)
    {
        ref readonly var envelope = ref Exchange.Envelope;
        var body = Exchange.Body.Span;
        using var edits = SpliceList.Rent();
        if (OwnId is not null)
        {
            edits.ReplaceId(envelope, OwnId);
        }

        if (Route.IsRenamed)
        {
            Rename(edits);
        }

        var token = OwnId is not null && envelope.ProgressToken.IsPresent ? OwnId : default(ReadOnlySpan<byte>);
        if (Exchange.IsModern && !Link.IsModern)
        {
            edits.EditMeta(body, envelope, new MetaEdit { RemoveReserved = true, ProgressToken = token });
        }
        else if (!Exchange.IsModern && Link.IsModern)
        {
            edits.EditMeta(body, envelope, new MetaEdit
            {
                ProtocolVersion = s_modernRevision,
                ClientCapabilities = "{}"u8,
                ClientInfo = s_clientInfo,
                LogLevel = Exchange.Session?.LogLevel is { } level ? Encoding.ASCII.GetBytes($"\"{level}\"") : default,
                ProgressToken = token,
            });
        }
        else if (!token.IsEmpty)
        {
            edits.ReplaceProgressToken(envelope, token);
        }

        edits.ApplyTo(body, output);
    }

    private void Rename(SpliceList edits)
    {
        ref readonly var envelope = ref Exchange.Envelope;
        switch (envelope.Method)
        {
            case McpMethod.ToolsCall or McpMethod.PromptsGet:
                edits.Add(envelope.Name, Route.OriginalNameJson);
                break;
            case McpMethod.ResourcesRead when Route.Entry.Kind == ItemKind.Resource:
                edits.Add(envelope.Uri, Route.OriginalNameJson);
                break;
            case McpMethod.ResourcesRead:
                edits.ReplaceUri(envelope, Route.OriginalUri(JsonStringBytes.GetString(Exchange.Slice(envelope.Uri))));
                break;
            default:
                edits.Add(envelope.RefName.IsPresent ? envelope.RefName : envelope.RefUri, Route.OriginalNameJson);
                break;
        }
    }

    /// <summary>What the upstream calls it: for the header <c>Mcp-Name</c>.</summary>
    public string? UpstreamName => Exchange.Envelope.Method switch
    {
        McpMethod.ToolsCall or McpMethod.PromptsGet => Route.Entry.OriginalName,
        McpMethod.ResourcesRead when Route.Entry.Kind == ItemKind.Resource => Route.Entry.OriginalName,
        McpMethod.ResourcesRead => Route.OriginalUri(JsonStringBytes.GetString(Exchange.Slice(Exchange.Envelope.Uri))),
        _ => null,
    };
}

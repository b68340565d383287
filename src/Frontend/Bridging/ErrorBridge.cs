using System.Buffers;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Telemetry;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Bridging;

/// <summary>Errors of upstreams as the client's revision knows them (protocol.md 1.1, 2.2).</summary>
internal static class ErrorBridge
{
    private static readonly ParamHeader s_uri = new("uri", ["uri"]);
    private static readonly ParamHeader s_overhead = new(OverheadAnswer.Key, [OverheadAnswer.Key]);

    /// <summary>The HTTP status of an error for this client. Legacy clients get 200, whatever the error.</summary>
    /// <param name="code">The code as the client gets it; 0 for a result.</param>
    /// <param name="upstreamStatus">The upstream's own status, where it spoke HTTP.</param>
    public static int StatusFor(McpExchange exchange, int code, int upstreamStatus = StatusCodes.Status200OK)
    {
        if (!exchange.IsModern)
        {
            return StatusCodes.Status200OK;
        }

        return code switch
        {
            McpErrorCode.MethodNotFound => StatusCodes.Status404NotFound,
            McpErrorCode.HeaderMismatch or McpErrorCode.MissingRequiredClientCapability or McpErrorCode.UnsupportedProtocolVersion =>
                StatusCodes.Status400BadRequest,
            _ when upstreamStatus is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable => StatusCodes.Status503ServiceUnavailable,
            _ => upstreamStatus is StatusCodes.Status400BadRequest or StatusCodes.Status404NotFound ? upstreamStatus : StatusCodes.Status200OK,
        };
    }

    /// <summary>Records the edits of an error answer.</summary>
    /// <returns>The code as the client gets it.</returns>
    public static int Edit(SpliceList edits, UpstreamCall call, ReadOnlySpan<byte> message, in ResultScan scan)
    {
        var isRead = call.Exchange.Envelope.Method == McpMethod.ResourcesRead;
        var uri = isRead ? FindUri(message, scan.ErrorData) : default;
        var code = CodeFor(call.Exchange.Revision, scan.ErrorCode, uri.IsPresent);
        if (code != scan.ErrorCode)
        {
            edits.Begin();
            JsonRpcWriter.WriteNumber(edits, code);
            edits.End(scan.RawErrorCode);
        }

        var asked = isRead ? call.Exchange.Slice(call.Exchange.Envelope.Uri) : default;
        if (uri.IsPresent && call.Route is { IsRenamed: true })
        {
            // The client asked for it by the exposed form.
            edits.AddCopy(uri, asked);
        }

        AddData(edits, message, scan, isRead && code != scan.ErrorCode && !uri.IsPresent ? asked : default, OverheadAnswer.Of(call));
        return code;
    }

    private static int CodeFor(ProtocolRevision revision, int code, bool namesUri) => code switch
    {
        McpErrorCode.ResourceNotFound when !revision.HasResourceNotFoundCode() => McpErrorCode.InvalidParams,
        McpErrorCode.InvalidParams when namesUri && revision.HasResourceNotFoundCode() => McpErrorCode.ResourceNotFound,
        _ => code,
    };

    /// <summary>Records members of <c>error.data</c>, of which empty ones are left out. Data that is neither absent nor an object stays as it is.</summary>
    private static void AddData(SpliceList edits, ReadOnlySpan<byte> message, in ResultScan scan, ReadOnlySpan<byte> uri, ReadOnlySpan<byte> overhead)
    {
        var data = scan.ErrorData;
        if (!overhead.IsEmpty && data.IsObject(message) && s_overhead.TryFind(data.Slice(message), out var theirs) && theirs.IsPresent)
        {
            // The upstream is a gateway, too.
            edits.AddCopy(theirs.Shift(data.Start), overhead);
            overhead = default;
        }

        if (uri.IsEmpty && overhead.IsEmpty)
        {
            return;
        }

        if (!data.IsPresent || data.IsNull(message))
        {
            edits.Begin();
            edits.Write(data.IsPresent ? "{"u8 : ",\"data\":{"u8);
            WriteMembers(edits, uri, overhead);
            edits.Write("}"u8);
            edits.End(data.IsPresent ? data : new ByteRange(scan.Error.End - 1, 0));
        }
        else if (data.IsObject(message))
        {
            var inner = data.Slice(message)[1..^1].Trim(" \t\r\n"u8);
            edits.Begin();
            WriteMembers(edits, uri, overhead);
            edits.Write(inner.IsEmpty ? ""u8 : ","u8);
            edits.End(new ByteRange(data.Start + 1, 0));
        }
    }

    private static void WriteMembers(SpliceList edits, ReadOnlySpan<byte> uri, ReadOnlySpan<byte> overhead)
    {
        if (!uri.IsEmpty)
        {
            edits.Write("\"uri\":"u8);
            edits.Write(uri);
        }

        if (!overhead.IsEmpty)
        {
            edits.Write(uri.IsEmpty ? "\"io.mcpgateway/overhead\":"u8 : ",\"io.mcpgateway/overhead\":"u8);
            edits.Write(overhead);
        }
    }

    /// <summary>The string <c>data.uri</c>; absent when there is none.</summary>
    private static ByteRange FindUri(ReadOnlySpan<byte> message, ByteRange data) =>
        data.IsObject(message) && s_uri.TryFind(data.Slice(message), out var uri) && uri.Shift(data.Start).IsString(message)
            ? uri.Shift(data.Start)
            : default;
}

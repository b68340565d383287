using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Mcp;

/// <summary>
/// Finds out by which revision a message is to be served, and refuses what breaks that revision's rules for headers and metadata: before
/// any policy looks at the message, because a gateway before us may have decided by the headers.
/// </summary>
internal static class RequestContract
{
    /// <summary>The revision, or the violation that answers the request.</summary>
    public static ContractResult Check(IHeaderDictionary headers, ReadOnlySpan<byte> body, in Envelope envelope)
    {
        if (RemovedMethods.IsAskedFor(body, envelope))
        {
            var method = $"The method '{McpMethods.Name(envelope.Method)}' does not exist in revision {ProtocolRevisions.LatestModern.Text()}.";
            return new ContractResult(
                ProtocolRevisions.LatestModern, new ContractViolation(McpErrorCode.MethodNotFound, method, default, StatusCodes.Status404NotFound));
        }

        if (envelope.Method == McpMethod.Initialize)
        {
            return new ContractResult(Handshake.Negotiate(body, envelope), null);
        }

        var header = headers[McpHeaders.ProtocolVersion];
        var named = header.Count == 0 ? null : header.ToString().Trim();
        var inHeader = ProtocolRevision.None;
        if (named is not null && !ProtocolRevisions.TryParse(named, out inHeader))
        {
            return Unsupported($"{McpHeaders.ProtocolVersion}: the revision '{named}' is not spoken here.", named, envelope.ProtocolVersion.IsPresent);
        }

        if (!envelope.ProtocolVersion.IsPresent && !inHeader.IsModern())
        {
            return new ContractResult(inHeader == ProtocolRevision.None ? ProtocolRevisions.AssumedWithoutHeader : inHeader, null);
        }

        return CheckModern(headers, body, envelope, named, inHeader);
    }

    private static ContractResult CheckModern(
        IHeaderDictionary headers, ReadOnlySpan<byte> body, in Envelope envelope, string? named, ProtocolRevision inHeader)
    {
        if (envelope.Kind is MessageKind.Response or MessageKind.ErrorResponse)
        {
            return Violation(McpErrorCode.InvalidRequest, "A client of this revision sends requests and notifications only; answers to questions go into params.inputResponses.");
        }

        // Notifications carry the header and need no metadata.
        if (envelope.Kind == MessageKind.Notification && !envelope.ProtocolVersion.IsPresent)
        {
            return new ContractResult(inHeader, null);
        }

        if (!envelope.ProtocolVersion.IsPresent)
        {
            return Violation(McpErrorCode.InvalidParams, "params._meta: 'io.modelcontextprotocol/protocolVersion' is required in every request.");
        }

        var text = JsonStringBytes.GetString(envelope.ProtocolVersion.Slice(body));
        if (named is null)
        {
            return Violation(McpErrorCode.HeaderMismatch, $"{McpHeaders.ProtocolVersion}: the header is required and must equal params._meta.");
        }

        if (!string.Equals(named, text, StringComparison.Ordinal))
        {
            return Violation(McpErrorCode.HeaderMismatch, $"{McpHeaders.ProtocolVersion}: the header says '{named}' and params._meta says '{text}'.");
        }

        if (!inHeader.IsModern())
        {
            return Unsupported($"The revision '{text}' has no per-request metadata; open a session with initialize.", text, isModern: true);
        }

        if (!envelope.ClientCapabilities.IsPresent)
        {
            return Violation(McpErrorCode.InvalidParams, "params._meta: 'io.modelcontextprotocol/clientCapabilities' is required in every request.");
        }

        return CheckRoutingHeaders(headers, body, envelope) is { } violation ? new ContractResult(inHeader, violation) : new ContractResult(inHeader, null);
    }

    private static ContractViolation? CheckRoutingHeaders(IHeaderDictionary headers, ReadOnlySpan<byte> body, in Envelope envelope)
    {
        if (Mismatch(headers, McpHeaders.Method, envelope.MethodName, body) is { } method)
        {
            return method;
        }

        var routed = envelope.Method switch
        {
            McpMethod.ToolsCall or McpMethod.PromptsGet => envelope.Name,
            McpMethod.ResourcesRead => envelope.Uri,
            McpMethod.TasksGet or McpMethod.TasksUpdate or McpMethod.TasksCancel => envelope.TaskId,
            _ => default,
        };
        return routed.IsPresent ? Mismatch(headers, McpHeaders.Name, routed, body) : null;
    }

    private static ContractViolation? Mismatch(IHeaderDictionary headers, string name, ByteRange inBody, ReadOnlySpan<byte> body)
    {
        var header = headers[name];
        if (header.Count == 0)
        {
            return new ContractViolation(McpErrorCode.HeaderMismatch, $"{name}: the header is required.", default);
        }

        if (header.Count > 1 || !McpHeaders.TryDecode(header.ToString(), out var value))
        {
            return new ContractViolation(McpErrorCode.HeaderMismatch, $"{name}: the header cannot be read; send it once, plain or as =?base64?…?=.", default);
        }

        return string.Equals(value, JsonStringBytes.GetString(inBody.Slice(body)), StringComparison.Ordinal)
            ? null
            : new ContractViolation(McpErrorCode.HeaderMismatch, $"{name}: the header does not equal the body.", default);
    }

    private static ContractResult Violation(int code, string message) =>
        new(ProtocolRevisions.LatestModern, new ContractViolation(code, message, default));

    /// <summary>
    /// Names the revisions that would have done. A request with metadata can be repeated in another modern revision; without metadata it
    /// came from a client that may know the handshake.
    /// </summary>
    private static ContractResult Unsupported(string message, string requested, bool isModern)
    {
        var data = Answers.Object(writer =>
        {
            writer.WriteStartArray("supported"u8);
            foreach (var revision in isModern ? ProtocolRevisions.Modern : ProtocolRevisions.Modern.Concat(ProtocolRevisions.Legacy))
            {
                writer.WriteStringValue(revision.Text());
            }

            writer.WriteEndArray();
            writer.WriteString("requested"u8, requested);
        });
        return new ContractResult(ProtocolRevision.None, new ContractViolation(McpErrorCode.UnsupportedProtocolVersion, message, data));
    }
}

/// <summary>The revision by which a message is served; with a violation it is refused instead.</summary>
internal readonly record struct ContractResult(ProtocolRevision Revision, ContractViolation? Violation);

/// <summary>A broken rule of the revision, and the status that says so.</summary>
internal sealed record ContractViolation(int Code, string Message, ReadOnlyMemory<byte> Data, int Status = StatusCodes.Status400BadRequest);

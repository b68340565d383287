using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Gateway.Upstreams.Http;

/// <summary>Finds the response to one request in what an upstream sent.</summary>
internal static class ResponseMatch
{
    /// <summary>The response to <paramref name="rawId"/>; empty when these bytes do not hold it.</summary>
    /// <param name="problem">What is wrong with them; empty for what may come before a response.</param>
    public static ReadOnlyMemory<byte> Find(ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> rawId, out string problem)
    {
        problem = "";
        if (json.Span.TrimStart(" \t\r\n"u8).IsEmpty)
        {
            problem = "The upstream's answer is empty.";
            return default;
        }

        var fault = EnvelopeScanner.Scan(json.Span, out var envelope);
        if (fault == EnvelopeFault.Batch)
        {
            return FindInBatch(json, rawId, out problem);
        }

        if (fault != EnvelopeFault.None)
        {
            problem = $"The upstream's answer is no JSON-RPC message: {fault.Message(envelope)}";
            return default;
        }

        switch (envelope.Kind)
        {
            case MessageKind.Response or MessageKind.ErrorResponse when envelope.Id.Slice(json.Span).SequenceEqual(rawId.Span):
                return json;

            // An upstream that could not read the request cannot know its id.
            case MessageKind.ErrorResponse when envelope.IdKind == IdKind.None:
                return json;
            case MessageKind.Response or MessageKind.ErrorResponse:
                problem = "The upstream answered another request than the one it was sent (the id differs).";
                return default;
            default:
                return default;
        }
    }

    private static ReadOnlyMemory<byte> FindInBatch(ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> rawId, out string problem)
    {
        problem = "";
        var parts = new List<ByteRange>();
        if (!BatchSplitter.TrySplit(json.Span, parts))
        {
            problem = "The upstream's answer is a batch of too many messages.";
            return default;
        }

        foreach (var part in parts)
        {
            var found = Find(part.Slice(json), rawId, out problem);
            if (!found.IsEmpty || problem.Length > 0)
            {
                return found;
            }
        }

        return default;
    }
}

using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Mcp;

/// <summary>Methods of the legacy revisions that 2026-07-28 no longer has. Asked for by its metadata, they are unknown.</summary>
internal static class RemovedMethods
{
    /// <summary>
    /// True for a modern request for such a method. It may lack what the method needed: a method that does not exist needs nothing, and a
    /// client that probes for it expects 404 and not a complaint about its params.
    /// </summary>
    public static bool IsAskedFor(ReadOnlySpan<byte> body, in Envelope envelope) =>
        envelope.Kind == MessageKind.Request
        && IsRemoved(envelope.Method)
        && envelope.ProtocolVersion.IsString(body)
        && ProtocolRevisions.TryParse(JsonStringBytes.GetString(envelope.ProtocolVersion.Slice(body)), out var revision)
        && revision.IsModern();

    private static bool IsRemoved(McpMethod method) => method is
        McpMethod.Initialize or McpMethod.Ping or McpMethod.LoggingSetLevel
        or McpMethod.ResourcesSubscribe or McpMethod.ResourcesUnsubscribe
        or McpMethod.TasksResult or McpMethod.TasksList;
}

using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Gateway.Upstreams.Watching;

/// <summary>For an upstream that offers no event stream (405), so that nothing it might tell can reach us.</summary>
internal sealed class DeafWatcher(WatchEvents events) : ResourceWatcher(events)
{
    private static readonly WatchRefusal s_refusal = new(McpErrorCode.InvalidParams, "The MCP server offers no event stream on which it could tell of changes.");

    private readonly TaskCompletionSource<UpstreamFailure> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task<UpstreamFailure> Ended => _ended.Task;

    public override Task<IReadOnlyDictionary<string, WatchRefusal>> TellOfAsync(IReadOnlySet<string> uris, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, WatchRefusal>>(uris.ToDictionary(uri => uri, _ => s_refusal, StringComparer.Ordinal));

    public override ValueTask DisposeAsync() => default;
}

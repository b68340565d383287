using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams.Discovery;

namespace McpGateway.Gateway.Upstreams.Watching;

/// <summary>What a legacy upstream was asked to tell of in one session: <c>resources/subscribe</c> and <c>resources/unsubscribe</c>.</summary>
internal sealed class Subscriptions(UpstreamClient client)
{
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WatchRefusal> _refused = new(StringComparer.Ordinal);

    /// <inheritdoc cref="ResourceWatcher.TellOfAsync"/>
    public async Task<IReadOnlyDictionary<string, WatchRefusal>> SetAsync(IReadOnlySet<string> uris, CancellationToken cancellationToken)
    {
        foreach (var gone in _refused.Keys.Where(uri => !uris.Contains(uri)).ToList())
        {
            _refused.Remove(gone);
        }

        foreach (var gone in _told.Where(uri => !uris.Contains(uri)).ToList())
        {
            // Should it refuse, it goes on telling of what nobody here listens to.
            await AskAsync("resources/unsubscribe", gone, cancellationToken);
            _told.Remove(gone);
        }

        foreach (var uri in uris.Where(uri => !_told.Contains(uri) && !_refused.ContainsKey(uri)))
        {
            if (await AskAsync("resources/subscribe", uri, cancellationToken) is { } refusal)
            {
                _refused[uri] = refusal;
            }
            else
            {
                _told.Add(uri);
            }
        }

        return _refused;
    }

    private async Task<WatchRefusal?> AskAsync(string method, string uri, CancellationToken cancellationToken)
    {
        var reply = await client.RequestAsync(method, writer => writer.WriteString("uri", uri), cancellationToken);
        return reply switch
        {
            { Succeeded: true } => null,
            { Error: { } error, Failure: null or { Fault: UpstreamFault.HttpError } } => new WatchRefusal(error.Code, error.Message),
            _ => throw new UpstreamException(reply.ToFailure(method)),
        };
    }
}

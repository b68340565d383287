namespace McpGateway.Gateway.Upstreams.Watching;

/// <summary>
/// Asks a modern upstream with <c>subscriptions/listen</c>. Its resources cannot be changed, so for others a new one is opened before the
/// old one is closed.
/// </summary>
internal abstract class ListenWatcher(WatchEvents events) : ResourceWatcher(events)
{
    private static readonly IReadOnlyDictionary<string, WatchRefusal> s_none = new Dictionary<string, WatchRefusal>();

    private readonly TaskCompletionSource<UpstreamFailure> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlySet<string> _uris = new HashSet<string>();
    private IReadOnlyDictionary<string, WatchRefusal> _refused = s_none;
    private Listen? _listen;

    public override Task<UpstreamFailure> Ended => _ended.Task;

    public override async Task<IReadOnlyDictionary<string, WatchRefusal>> TellOfAsync(IReadOnlySet<string> uris, CancellationToken cancellationToken)
    {
        if (_uris.SetEquals(uris))
        {
            return _refused;
        }

        var old = _listen;
        (_listen, _refused) = uris.Count == 0 ? (null, s_none) : await OpenAsync(uris, cancellationToken);
        _uris = uris;
        _ = WatchEndAsync(_listen);
        if (old is not null)
        {
            await old.DisposeAsync();
        }

        return _refused;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_listen is { } listen)
        {
            _listen = null;
            await listen.DisposeAsync();
        }
    }

    /// <summary>Opens one and waits until it is acknowledged.</summary>
    /// <exception cref="UpstreamException">It was not, in time.</exception>
    private protected abstract Task<(Listen Listen, IReadOnlyDictionary<string, WatchRefusal> Refused)> OpenAsync(
        IReadOnlySet<string> uris, CancellationToken cancellationToken);

    private async Task WatchEndAsync(Listen? listen)
    {
        if (listen is not null && await listen.Ended is var end && _listen == listen)
        {
            _ended.TrySetResult(end);
        }
    }

    /// <summary>An open listen.</summary>
    private protected abstract class Listen : IAsyncDisposable
    {
        public abstract Task<UpstreamFailure> Ended { get; }

        public abstract ValueTask DisposeAsync();
    }
}

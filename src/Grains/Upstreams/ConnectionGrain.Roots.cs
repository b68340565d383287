using McpGateway.Protocol.Mcp;

namespace McpGateway.Grains.Upstreams;

/// <summary>Tells a legacy upstream that its client's roots changed. A flood of changes becomes few messages.</summary>
internal sealed partial class ConnectionGrain
{
    private static readonly string s_rootsChanged = McpMethods.Name(McpMethod.NotificationRootsListChanged);
    private static readonly byte[] s_rootsChangedMessage = """{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}"""u8.ToArray();

    private Task _tellingRoots = Task.CompletedTask;
    private bool _haveRootsChanged;

    public ValueTask TellRootsChangedAsync()
    {
        if (_profile.Capabilities.HasFlag(ClientCapabilities.RootsListChanged))
        {
            _haveRootsChanged = true;
            if (_tellingRoots.IsCompleted)
            {
                _tellingRoots = TellRootsAsync();
                _endings.Add(_tellingRoots);
                _ = ForgetAsync(_tellingRoots);
            }
        }

        return ValueTask.CompletedTask;
    }

    private async Task TellRootsAsync()
    {
        while (_haveRootsChanged && _open is { } open)
        {
            _haveRootsChanged = false;
            try
            {
                var failure = open.Duplex is { } duplex
                    ? await duplex.SendAsync(s_rootsChangedMessage, _ending.Token)
                    : await _connector.NotifyAsync(open.Target, open.Session!, s_rootsChangedMessage, s_rootsChanged, _ending.Token);
                if (failure is not null)
                {
                    LogRootsNotTold(Key, failure.Detail);
                }
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                return;
            }
        }

        // A connection that is opened later has not heard of the old ones.
        _haveRootsChanged = false;
    }
}

using System.Globalization;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams;
using McpGateway.Gateway.Upstreams.Channels;
using McpGateway.Protocol.Mcp;
using McpGateway.Storage.Model;

namespace McpGateway.Grains.Upstreams;

/// <summary>Processes and SSE streams: how they start, die and start again, and what they say beside the answers.</summary>
internal sealed partial class ConnectionGrain
{
    private const int MaxLogLines = 500;

    // A caller waits so long for a restart; longer pauses are told at once.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_flush = TimeSpan.FromSeconds(1);

    private readonly LogRing _lines = new(MaxLogLines);
    private int _ends;
    private DateTimeOffset _notBefore;
    private IDisposable? _flushing;
    private int _listsToTell;

    private async Task<DuplexClient> OpenDuplexAsync(UpstreamEntity row, UpstreamTarget target)
    {
        _flushing ??= RegisterTimer(_ => FlushLogAsync(), s_flush, s_flush);
        var settings = new DuplexSettings
        {
            MaxCalls = _options.MaxCallsPerConnection,
            MayAsk = _profile.Capabilities != ClientCapabilities.None,
            SharedByStrangers = _key.Owner == ConnectionKey.Everybody,
            OnListChanged = OnListChanged,
            OnNotification = OnNotification,
            OnOddity = AddLine,
        };
        try
        {
            return await _connector.OpenDuplexAsync(target, row.Era, _profile.Capabilities, settings, AddLine, _ending.Token);
        }
        catch (UpstreamException)
        {
            NoteEnd();
            throw;
        }
    }

    /// <summary>A connection that ended by itself is cleared away, with what its process left behind.</summary>
    private async Task WatchEndAsync(DuplexClient duplex)
    {
        var end = await duplex.Ended;
        if (_open is not { } open || open.Duplex != duplex)
        {
            return;
        }

        LogBroke(Key, end.Fault, end.Detail);
        NoteEnd();
        Close(endSession: false);
        await SuspectAsync(end.Detail);
    }

    private async Task FailedAsync(UpstreamFailure failure)
    {
        LogNotOpened(Key, failure.Fault, failure.Detail);
        await FlushLogAsync();
        await SuspectAsync(failure.Detail);
    }

    private void NoteEnd()
    {
        _ends++;
        _notBefore = Time.GetUtcNow() + BackOff.Restart(_ends);
    }

    /// <summary>Null when it may be opened now.</summary>
    private async Task<ConnectionReply?> WaitForRestartAsync()
    {
        var pause = _notBefore - Time.GetUtcNow();
        if (pause <= TimeSpan.Zero)
        {
            return null;
        }

        if (pause > s_patience)
        {
            return ConnectionReply.Failed(
                UpstreamFault.Unreachable,
                string.Create(CultureInfo.InvariantCulture, $"It ended {_ends} times in a row and is started again in {Math.Ceiling(pause.TotalSeconds)} s."));
        }

        await Task.Delay(pause, Time, _ending.Token);
        return null;
    }

    // Not in a turn: the connection's reading loop calls it. A flood becomes one message.
    private void OnListChanged(McpMethod notification)
    {
        if (Interlocked.Or(ref _listsToTell, (int)UpstreamNews.ListOf(notification)) == 0)
        {
            _ = TellChangeAsync();
        }
    }

    private async Task TellChangeAsync()
    {
        await Task.Yield();
        var lists = (ChangedLists)Interlocked.Exchange(ref _listsToTell, 0);
        try
        {
            await _upstream.AnnounceAsync(lists);
        }
        catch (Exception exception)
        {
            LogNotTold(Key, exception);
        }
    }

    private async Task SuspectAsync(string reason)
    {
        try
        {
            await _upstream.SuspectAsync(reason);
        }
        catch (Exception exception)
        {
            LogNotTold(Key, exception);
        }
    }

    // From any thread.
    private void AddLine(string text) => _lines.Add(new UpstreamLogLine(Time.GetUtcNow(), $"{_key.Owner}/{_key.Profile}", text));

    private async Task FlushLogAsync()
    {
        var lines = _lines.Drain();
        if (lines.IsEmpty)
        {
            return;
        }

        try
        {
            await _upstream.WriteLogAsync(lines);
        }
        catch (Exception exception)
        {
            LogNotTold(Key, exception);
        }
    }
}

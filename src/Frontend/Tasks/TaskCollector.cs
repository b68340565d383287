using System.Collections.Concurrent;
using System.Text;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Questions;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Frontend.Tasks;

/// <summary>
/// What a legacy upstream's task asks a modern client: the upstream asks on the stream of <c>tasks/result</c>, which this node keeps open,
/// and the client sees the questions at its next look. The reply of that request.
/// </summary>
internal sealed class TaskCollector(McpExchange maker, UpstreamLink link, TaskRef task, QuestionIds ids, PendingQuestions pending) : IReply, IDisposable
{
    private readonly ConcurrentDictionary<string, InputRequest> _asked = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _started;

    /// <summary>A request of the caller whose task it is.</summary>
    public McpExchange Maker => maker;

    public UpstreamLink Link => link;

    public TaskRef Task => task;

    /// <summary>Ends when the first question is there, or there will be none.</summary>
    public Task FirstQuestion => _first.Task;

    public CancellationToken ClientGone => _stop.Token;

    /// <summary>True for the one who shall open the stream.</summary>
    public bool TryStart() => Interlocked.Exchange(ref _started, 1) == 0;

    /// <summary>True while no stream is open.</summary>
    public bool IsIdle => Volatile.Read(ref _started) == 0;

    /// <summary>When it was made, as a timestamp.</summary>
    public required long MadeAt { get; init; }

    /// <summary>The stream may go on for so long from now on.</summary>
    public void StopAfter(TimeSpan time)
    {
        try
        {
            _stop.CancelAfter(time);
        }
        catch (ObjectDisposedException)
        {
            // The task has just ended.
        }
    }

    public ValueTask NotifyAsync(ReadOnlyMemory<byte> message)
    {
        if (EnvelopeScanner.Scan(message.Span, out var envelope) == EnvelopeFault.None && envelope.Kind == MessageKind.Request)
        {
            var key = JsonStringBytes.GetString(envelope.Id.Slice(message.Span));
            _asked[key] = new InputRequest(key, envelope.Method, envelope.Params.Slice(message.Span).ToArray());
            _first.TrySetResult();
        }

        return default;
    }

    /// <summary>The questions that wait for an answer, as the member <c>inputRequests</c>; null for none.</summary>
    public byte[]? Open()
    {
        var open = _asked.Values.Where(question => IsOpen(question.Key)).OrderBy(static question => question.Key, StringComparer.Ordinal).ToArray();
        if (open.Length == 0)
        {
            return null;
        }

        using var output = new PooledBuffer();
        InputRequests.Write(output, open);
        return output.WrittenSpan.ToArray();
    }

    public ValueTask KeepAliveAsync() => default;

    public ValueTask CompleteAsync(ReadOnlyMemory<byte> response, int status) => default;

    public ValueTask AbandonAsync() => default;

    /// <summary>The stream has ended.</summary>
    public void End() => _first.TrySetResult();

    public void Dispose()
    {
        End();
        _stop.Dispose();
    }

    private bool IsOpen(string key) =>
        ids.Read(Encoding.UTF8.GetBytes($"\"{key}\""), maker.Server.Header.ServerId, maker.Caller.Key) is { } question && pending.IsOpen(question.Number);
}

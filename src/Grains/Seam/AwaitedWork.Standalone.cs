using System.Threading.Tasks.Sources;

namespace McpGateway.Grains.Seam;

/// <summary>Work whose answer somebody awaits. It is the source of the ValueTask itself, so an answer needs no task of its own.</summary>
internal abstract class AwaitedWork<T>(EmbeddedTarget target) : Work(target), IValueTaskSource<T>, IValueTaskSource
{
    // The awaiting code must not run within the grain's turn.
    private ManualResetValueTaskSourceCore<T> _source = new() { RunContinuationsAsynchronously = true };

    public short Version => _source.Version;

    public T GetResult(short token) => _source.GetResult(token);

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <summary>To be called once per await; the caller sees to that.</summary>
    protected void Answer(T result) => _source.SetResult(result);

    /// <inheritdoc cref="Answer(T)"/>
    protected void Answer(Exception exception) => _source.SetException(exception);

    /// <summary>Makes it ready to be awaited once more.</summary>
    protected void Reset() => _source.Reset();
}

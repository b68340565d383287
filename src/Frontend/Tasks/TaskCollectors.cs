using System.Collections.Concurrent;
using McpGateway.Abstractions.Nodes;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Nodes;
using McpGateway.Frontend.Questions;
using McpGateway.Frontend.Routing;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>The tasks of legacy upstreams whose questions this node collects: those that were made through it.</summary>
internal sealed partial class TaskCollectors(
    QuestionIds ids, PendingQuestions pending, CarriedReplies carried, TimeProvider time, ILogger<TaskCollectors> logger) : INodeMailHandler
{
    // Each keeps a message; what is dropped is collected anew by whichever node is asked next.
    private const int Capacity = 10_000;

    // A task that has not asked anything for so long hardly will; if it does, whichever node is asked collects.
    private static readonly TimeSpan s_keep = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_betweenSweeps = TimeSpan.FromMinutes(1);

    private long _sweptAt = time.GetTimestamp();
    private readonly ConcurrentDictionary<string, TaskCollector> _collectors = new(StringComparer.Ordinal);

    public IReadOnlyList<NodeMailKind> Kinds { get; } = [NodeMailKind.TaskQuestions];

    /// <summary>Gives the open questions of a task of this node; set by what opens streams.</summary>
    public Func<TaskCollector, ValueTask<byte[]?>>? Collect { get; set; }

    public static string KeyOf(McpExchange exchange, TaskRef task) =>
        $"{CallerBinding.Text(exchange.Server.Header.ServerId, exchange.Caller.Key)}\n{task.UpstreamId}\n{task.TaskId}";

    /// <summary>A task was made. One that cannot ask anything needs no collector.</summary>
    public TaskCollector? Add(McpExchange maker, UpstreamLink link, TaskRef task)
    {
        Sweep();
        if (task.Declared == ClientCapabilities.None || _collectors.Count >= Capacity)
        {
            return null;
        }

        // The reply of that request is not used any more.
        return _collectors.GetOrAdd(KeyOf(maker, task), _ => new TaskCollector(maker.Detached(maker.Reply), link, task, ids, pending)
        {
            MadeAt = time.GetTimestamp(),
        });
    }

    public TaskCollector? Find(string key) => _collectors.GetValueOrDefault(key);

    /// <summary>Its stream is over.</summary>
    public void Remove(TaskCollector collector)
    {
        _collectors.TryRemove(new KeyValuePair<string, TaskCollector>(KeyOf(collector.Maker, collector.Task), collector));
        collector.Dispose();
    }

    public void Handle(NodeMail mail) => _ = AnswerAsync(mail);

    private void Sweep()
    {
        var last = Volatile.Read(ref _sweptAt);
        if (time.GetElapsedTime(last) < s_betweenSweeps || Interlocked.CompareExchange(ref _sweptAt, time.GetTimestamp(), last) != last)
        {
            return;
        }

        foreach (var collector in _collectors.Values.Where(collector => collector.IsIdle && time.GetElapsedTime(collector.MadeAt) > s_keep))
        {
            Remove(collector);
        }
    }

    private Task AnswerAsync(NodeMail mail) => carried.ServeAsync(
        mail,
        async reply =>
        {
            if (Find(mail.Key) is not { } collector || Collect is not { } collect)
            {
                return false;
            }

            await reply.CompleteAsync(await collect(collector) ?? default, StatusCodes.Status200OK);
            return true;
        },
        exception => LogFailed(logger, exception));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The questions of a task could not be carried to its client's node")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

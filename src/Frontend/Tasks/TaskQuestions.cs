using System.Runtime.InteropServices;
using System.Text.Json;
using McpGateway.Abstractions.Nodes;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Nodes;
using McpGateway.Frontend.Questions;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>Questions of a legacy upstream's task to a modern client: found by <c>tasks/get</c>, answered by <c>tasks/update</c>.</summary>
internal sealed partial class TaskQuestions
{
    // A question comes with the status that announces it, or at once after it.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    // A client that does not look any more needs no stream.
    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(10);

    private readonly TaskRequests _requests;
    private readonly TaskCollectors _collectors;
    private readonly ClientQuestions _clients;
    private readonly Carrier _carrier;
    private readonly NodePost _post;
    private readonly TimeProvider _time;
    private readonly ILogger<TaskQuestions> _logger;

    public TaskQuestions(
        TaskRequests requests, TaskCollectors collectors, ClientQuestions clients, Carrier carrier, NodePost post, TimeProvider time, ILogger<TaskQuestions> logger)
    {
        (_requests, _collectors, _clients, _carrier, _post, _time, _logger) = (requests, collectors, clients, carrier, post, time, logger);
        collectors.Collect = CollectAsync;
    }

    /// <summary>The open questions of a task that waits for answers, as the member <c>inputRequests</c>; null when none is known.</summary>
    public async ValueTask<byte[]?> FindAsync(McpExchange exchange, UpstreamLink link, TaskRef task)
    {
        if (!_post.IsSelf(task.Node))
        {
            var reply = new CapturedReply(client: null, exchange.Reply.ClientGone);
            var mail = NodeMail.Of(NodeMailKind.TaskQuestions, TaskCollectors.KeyOf(exchange, task), default);
            if (await _carrier.CarryAsync(task.Node, mail, reply))
            {
                return reply.Response is { Length: > 0 } found ? found : null;
            }
        }

        return _collectors.Add(exchange, link, task) is { } collector ? await CollectAsync(collector) : null;
    }

    /// <summary>Takes a client's answers. Keys that name no open question are ignored, as the extension says.</summary>
    public async ValueTask AnswerAsync(McpExchange exchange)
    {
        if (!exchange.Envelope.InputResponses.IsPresent)
        {
            return;
        }

        var given = TaskJson.Parse(exchange.Slice(exchange.Envelope.InputResponses));
        foreach (var answer in given.EnumerateObject().Where(static answer => answer.Value.ValueKind == JsonValueKind.Object))
        {
            using var message = new PooledBuffer();
            JsonRpcWriter.WriteResult(message, JsonSerializer.SerializeToUtf8Bytes(answer.Name), JsonMarshal.GetRawUtf8Value(answer.Value));
            var response = message.WrittenSpan.ToArray();
            EnvelopeScanner.Scan(response, out var envelope);
            await _clients.TakeAnswerAsync(new McpExchange(exchange.Admission, response, envelope, exchange.Revision, session: null, exchange.Reply)
            {
                RequestId = exchange.RequestId,
                Clock = exchange.Clock,
            });
        }
    }

    private async ValueTask<byte[]?> CollectAsync(TaskCollector collector)
    {
        if (collector.TryStart())
        {
            _ = ReadAsync(collector);
        }

        collector.StopAfter(s_idle);
        try
        {
            await collector.FirstQuestion.WaitAsync(s_patience, _time);
        }
        catch (TimeoutException)
        {
            // The client looks again.
        }

        return collector.Open();
    }

    /// <summary>Keeps <c>tasks/result</c> open until the task has ended, or nobody asks for it any more.</summary>
    private async Task ReadAsync(TaskCollector collector)
    {
        try
        {
            using var running = new RunningCall(Timeout.InfiniteTimeSpan, _time, collector.ClientGone);
            var exchange = collector.Maker.Detached(collector);
            QueryReply reply;
            do
            {
                reply = await _requests.AskAsync(exchange, collector.Link, collector.Task, McpMethod.TasksResult, running, client: collector);
            }
            while (reply.Outcome.Fault == UpstreamFault.TimedOut);
        }
        catch (OperationCanceledException) when (collector.ClientGone.IsCancellationRequested)
        {
            // Nobody looked for a while.
        }
        catch (Exception exception)
        {
            LogFailed(_logger, exception, collector.Link.Route.Name);
        }
        finally
        {
            _collectors.Remove(collector);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The questions of a task of {Upstream} cannot be collected any more")]
    private static partial void LogFailed(ILogger logger, Exception exception, string upstream);
}

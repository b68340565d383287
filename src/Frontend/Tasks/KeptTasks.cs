using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using McpGateway.Abstractions.Nodes;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Nodes;
using McpGateway.Frontend.Relay;
using McpGateway.Gateway.Metering;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>
/// Tasks that have ended before their client hears of them: a legacy client asked for a task, and the modern upstream, which decides that by
/// itself, answered at once. The node that made the call keeps the answer for as long as the client wished, and as there is room.
/// </summary>
internal sealed partial class KeptTasks(CarriedReplies carried, Carrier carrier, NodePost post, TimeProvider time, ILogger<KeptTasks> logger)
    : INodeMailHandler, IDisposable
{
    /// <summary>So many are kept for one caller at one virtual server; of more the oldest goes.</summary>
    public const int MaxOfCaller = 100;

    // Of all callers. What one upstream answers is smaller than that, so the newest always has room.
    private const int MaxTasks = 2_000;
    private const long MaxBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan s_usual = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_most = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<KeptTask>> _byKey = new(StringComparer.Ordinal);
    private readonly LinkedList<KeptTask> _oldestFirst = new();
    private long _bytes;

    public IReadOnlyList<NodeMailKind> Kinds { get; } = [NodeMailKind.KeptTask];

    /// <summary>How many are kept.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byKey.Count;
            }
        }
    }

    /// <summary>Keeps an answer as the result of a completed task.</summary>
    /// <param name="exchange">The call, which asked for a task.</param>
    /// <param name="result">What the upstream answered, raw.</param>
    /// <param name="description">The task in the extension's form.</param>
    public TaskRef Keep(McpExchange exchange, string upstreamId, ReadOnlySpan<byte> result, out JsonElement description)
    {
        var key = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var lifetime = LifetimeOf(exchange);
        var written = Describe(result, time.GetUtcNow(), lifetime);
        var owner = CallerBinding.Text(exchange.Server.Header.ServerId, exchange.Caller.Key);
        lock (_gate)
        {
            var expiry = time.CreateTimer(_ => Forget(key), null, lifetime, Timeout.InfiniteTimeSpan);
            _byKey[key] = _oldestFirst.AddLast(new KeptTask(key, owner, written, expiry));
            _bytes += written.Length;
            MakeRoom(owner);
        }

        description = TaskJson.Parse(written);
        return new TaskRef(upstreamId, key, Node: post.Self) { IsKept = true };
    }

    /// <summary>Answers any request about a kept task with the task; with an error when it is kept no more.</summary>
    public async ValueTask<QueryReply> AskAsync(McpExchange exchange, TaskRef task)
    {
        var found = post.IsSelf(task.Node) ? Find(task.TaskId) : await CarryAsync(exchange, task);
        using var message = new PooledBuffer();
        if (found is null)
        {
            JsonRpcWriter.WriteError(message, exchange.Id, McpErrorCode.InvalidParams, TaskEndpoint.Unknown);
        }
        else
        {
            JsonRpcWriter.WriteResult(message, exchange.Id, found);
        }

        return new QueryReply(RelayOutcome.Answered(found is null ? CallResult.Failed : CallResult.Succeeded), message.WrittenSpan.ToArray());
    }

    public void Handle(NodeMail mail) => _ = AnswerAsync(mail);

    public void Dispose()
    {
        lock (_gate)
        {
            while (_oldestFirst.First is { } oldest)
            {
                Remove(oldest);
            }
        }
    }

    private static TimeSpan LifetimeOf(McpExchange exchange)
    {
        var wished = TaskShape.TimeToLive(TaskJson.Parse(exchange.Slice(exchange.Envelope.Task))) ?? s_usual;
        return wished > s_most ? s_most : wished;
    }

    private static byte[] Describe(ReadOnlySpan<byte> result, DateTimeOffset now, TimeSpan lifetime)
    {
        using var output = new PooledBuffer(result.Length + 256);
        using (var writer = new Utf8JsonWriter(output))
        {
            var at = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            writer.WriteStartObject();
            writer.WriteString("status"u8, "completed"u8);
            writer.WriteString("createdAt"u8, at);
            writer.WriteString("lastUpdatedAt"u8, at);
            writer.WriteNumber("ttlMs"u8, (long)lifetime.TotalMilliseconds);
            writer.WritePropertyName("result"u8);
            writer.WriteRawValue(result, skipInputValidation: true);
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private byte[]? Find(string key)
    {
        lock (_gate)
        {
            return _byKey.GetValueOrDefault(key)?.Value.Description;
        }
    }

    private void MakeRoom(string owner)
    {
        if (_oldestFirst.Count(task => task.Owner == owner) > MaxOfCaller)
        {
            Remove(_byKey[_oldestFirst.First(task => task.Owner == owner).Key]);
        }

        while (_byKey.Count > MaxTasks || (_bytes > MaxBytes && _byKey.Count > 1))
        {
            Remove(_oldestFirst.First!);
        }
    }

    private void Forget(string key)
    {
        lock (_gate)
        {
            if (_byKey.TryGetValue(key, out var node))
            {
                Remove(node);
            }
        }
    }

    private void Remove(LinkedListNode<KeptTask> node)
    {
        var task = node.Value;
        _byKey.Remove(task.Key);
        _oldestFirst.Remove(node);
        _bytes -= task.Description.Length;
        task.Expiry.Dispose();
    }

    private async ValueTask<byte[]?> CarryAsync(McpExchange exchange, TaskRef task)
    {
        var reply = new CapturedReply(client: null, exchange.Reply.ClientGone);
        return await carrier.CarryAsync(task.Node, NodeMail.Of(NodeMailKind.KeptTask, task.TaskId, default), reply) ? reply.Response : null;
    }

    private Task AnswerAsync(NodeMail mail) => carried.ServeAsync(
        mail,
        async reply =>
        {
            if (Find(mail.Key) is not { } found)
            {
                return false;
            }

            await reply.CompleteAsync(found, StatusCodes.Status200OK);
            return true;
        },
        exception => LogFailed(logger, exception));

    [LoggerMessage(Level = LogLevel.Warning, Message = "A task that this node keeps could not be carried to its client's node")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

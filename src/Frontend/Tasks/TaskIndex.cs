using System.Security.Cryptography;
using System.Text.Json;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Tasks;
using McpGateway.Frontend.Mcp;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>Which tasks a caller has in a virtual server: asked of no upstream, whose connection may be other callers' too.</summary>
internal sealed partial class TaskIndex(IGrains grains, TimeProvider time, ILogger<TaskIndex> logger)
{
    public ITaskListGrain ListOf(McpExchange exchange) => grains.Get<ITaskListGrain>(
        Convert.ToHexStringLower(SHA256.HashData(exchange.Binding)));

    /// <summary>Notes a task. The client that made it does not wait for that.</summary>
    /// <param name="task">The task, in either form.</param>
    public void Note(McpExchange exchange, string taskId, JsonElement task) =>
        _ = NoteAsync(ListOf(exchange), taskId, time.GetUtcNow() + TaskShape.TimeToLive(task));

    private async Task NoteAsync(ITaskListGrain list, string taskId, DateTimeOffset? until)
    {
        try
        {
            await list.AddAsync(taskId, until, CancellationToken.None);
        }
        catch (Exception exception)
        {
            LogLost(logger, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A task could not be noted and will not be listed")]
    private static partial void LogLost(ILogger logger, Exception exception);
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using McpGateway.Abstractions.Access;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>Answers <c>tasks/list</c> (2025-11-25) from what the gateway knows of the caller's tasks, each as it is at this moment.</summary>
internal sealed class TaskLists(TaskIndex index, TaskLooks looks)
{
    // Each costs a request to its upstream.
    private const int PageSize = 20;
    private const string CursorPrefix = "n";

    public async ValueTask ServeAsync(McpExchange exchange)
    {
        if (!exchange.Server.Identity.HasTasks || !exchange.Revision.HasCoreTasks())
        {
            await exchange.FailUnknownMethodAsync();
        }
        else if (!TryReadCursor(exchange, out var after))
        {
            await exchange.FailAsync(McpErrorCode.InvalidParams, "params.cursor: is not a cursor that this server gave; leave it out to begin anew.");
        }
        else
        {
            await ListAsync(exchange, after);
        }
    }

    private async ValueTask ListAsync(McpExchange exchange, long after)
    {
        var list = index.ListOf(exchange);
        var listed = exchange.Caller.Rights.Has(Permissions.ToolsExecute) ? await list.ListAsync(after, PageSize, exchange.Reply.ClientGone) : [];
        var tasks = new List<JsonElement>();
        foreach (var entry in listed)
        {
            var look = await looks.GetAsync(exchange, entry.TaskId, default, exchange.Reply.ClientGone);
            if (look.Task is { } task)
            {
                tasks.Add(task);
            }
            else if (look.IsGone)
            {
                await list.RemoveAsync(entry.TaskId, exchange.Reply.ClientGone);
            }
        }

        await exchange.SucceedAsync(Write, (tasks, Next: listed.Length == PageSize ? listed[^1].Number : 0));
    }

    private static void Write(PooledBuffer output, (List<JsonElement> Tasks, long Next) state)
    {
        output.Write("{\"tasks\":["u8);
        for (var i = 0; i < state.Tasks.Count; i++)
        {
            output.Write(i == 0 ? ""u8 : ","u8);
            output.Write(JsonMarshal.GetRawUtf8Value(state.Tasks[i]));
        }

        output.Write("]"u8);
        if (state.Next > 0)
        {
            output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\"nextCursor\":\"{CursorPrefix}{state.Next}\"")));
        }

        output.Write("}"u8);
    }

    private static bool TryReadCursor(McpExchange exchange, out long after)
    {
        after = 0;
        if (!exchange.Envelope.Cursor.IsPresent)
        {
            return true;
        }

        var text = JsonStringBytes.GetString(exchange.Slice(exchange.Envelope.Cursor));
        return text.StartsWith(CursorPrefix, StringComparison.Ordinal)
            && long.TryParse(text.AsSpan(CursorPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out after);
    }
}

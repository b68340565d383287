using System.Runtime.InteropServices;
using System.Text.Json;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;
using McpGateway.Gateway.Metering;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>Modern clients before a legacy upstream: its core tasks (2025-11-25) are shown as tasks of the extension.</summary>
internal sealed class ExtensionTaskClients(UpstreamQueries queries, TaskRequests requests, TaskQuestions questions)
{
    public ValueTask ServeAsync(McpExchange exchange, UpstreamLink link, TaskRef task) => queries.RunAsync(exchange, link, running => exchange.Envelope.Method switch
    {
        McpMethod.TasksUpdate => UpdateAsync(exchange, link, task, running),
        McpMethod.TasksCancel => CancelAsync(exchange, link, task, running),
        _ => ShowAsync(exchange, link, task, running),
    });

    private async ValueTask<RelayOutcome> ShowAsync(McpExchange exchange, UpstreamLink link, TaskRef task, RunningCall running)
    {
        var reply = await requests.AskAsync(exchange, link, task, McpMethod.TasksGet, running);
        if (!reply.HasResult)
        {
            return await TaskRequests.PassErrorAsync(exchange, reply);
        }

        var status = TaskShape.Status(reply.Result);
        QueryReply? end = null;
        byte[]? open = null;
        if (status is "completed" or "failed")
        {
            end = await requests.AskAsync(exchange, link, task, McpMethod.TasksResult, running);
            if (end.Outcome.Fault != UpstreamFault.None)
            {
                return end.Outcome;
            }

            // A tool's own failure is a failed task in the core, and a completed one in the extension.
            status = end.HasResult ? "completed" : "failed";
        }
        else if (status == "input_required")
        {
            open = await questions.FindAsync(exchange, link, task);
            status = open is null ? "working" : status;
        }

        await exchange.SucceedAsync(Write, (exchange, link, reply.Result, status, end, open));
        return RelayOutcome.Answered(CallResult.Succeeded);
    }

    private async ValueTask<RelayOutcome> UpdateAsync(McpExchange exchange, UpstreamLink link, TaskRef task, RunningCall running)
    {
        var reply = await requests.AskAsync(exchange, link, task, McpMethod.TasksGet, running);
        if (!reply.HasResult)
        {
            return await TaskRequests.PassErrorAsync(exchange, reply);
        }

        await questions.AnswerAsync(exchange);
        return await AcknowledgeAsync(exchange);
    }

    private async ValueTask<RelayOutcome> CancelAsync(McpExchange exchange, UpstreamLink link, TaskRef task, RunningCall running)
    {
        var reply = await requests.AskAsync(exchange, link, task, McpMethod.TasksGet, running);
        if (reply.HasResult && !TaskShape.IsTerminal(reply.Result))
        {
            reply = await requests.AskAsync(exchange, link, task, McpMethod.TasksCancel, running);
        }

        // A task that has ended already is acknowledged too; only one that does not exist is an error.
        return reply.HasResult ? await AcknowledgeAsync(exchange) : await TaskRequests.PassErrorAsync(exchange, reply);
    }

    private static async ValueTask<RelayOutcome> AcknowledgeAsync(McpExchange exchange)
    {
        await exchange.SucceedAsync(
            static (output, exchange) =>
            {
                using var writer = new Utf8JsonWriter(output);
                writer.WriteStartObject();
                writer.WriteString("resultType"u8, "complete"u8);
                TaskJson.WriteServerInfo(writer, exchange);
                writer.WriteEndObject();
            },
            exchange);
        return RelayOutcome.Answered(CallResult.Succeeded);
    }

    private static void Write(
        PooledBuffer output, (McpExchange Exchange, UpstreamLink Link, JsonElement Task, string Status, QueryReply? End, byte[]? Questions) state)
    {
        var (exchange, link, task, status, end, open) = state;
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("resultType"u8, "complete"u8);
        TaskShape.WriteModern(writer, task, JsonStringBytes.GetString(exchange.Slice(exchange.Envelope.TaskId)), status);
        if (end is { HasResult: true })
        {
            writer.WritePropertyName("result"u8);
            WriteResult(writer, exchange, link, end.Result);
        }
        else if (end is { HasError: true })
        {
            writer.WritePropertyName("error"u8);
            end.Error.WriteTo(writer);
        }

        if (open is not null)
        {
            writer.WritePropertyName("inputRequests"u8);
            writer.WriteRawValue(open, skipInputValidation: true);
        }

        TaskJson.WriteServerInfo(writer, exchange);
        writer.WriteEndObject();
    }

    /// <summary>The tool's result without what names its task, which is said beside it.</summary>
    private static void WriteResult(Utf8JsonWriter writer, McpExchange exchange, UpstreamLink link, JsonElement result)
    {
        var uris = exchange.Server.ExposedUrisOf(link.Route.Id);
        var converted = uris is null
            ? result
            : TaskJson.Parse(TaskJson.Convert(JsonMarshal.GetRawUtf8Value(result), ContentRules.For(exchange.Revision), uris.Find));
        writer.WriteStartObject();
        foreach (var member in converted.EnumerateObject())
        {
            if (member.NameEquals("_meta"u8) && member.Value.ValueKind == JsonValueKind.Object)
            {
                TaskJson.WriteMetaWithoutTask(writer, member.Value);
            }
            else
            {
                member.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }
}

using System.Runtime.InteropServices;
using System.Text.Json;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Questions;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;
using McpGateway.Gateway.Metering;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Tasks;

/// <summary>
/// Questions of a modern upstream's task to a legacy client: requests on the stream of its <c>tasks/result</c>, whose answers go to the
/// upstream as <c>tasks/update</c>.
/// </summary>
internal sealed class TaskInput(InputAnswers answers, TaskRequests requests)
{
    /// <summary>Asks the client. Null when the task goes on; else the request is over and the client has its answer, unless it is a fault.</summary>
    /// <param name="questions">The member <c>inputRequests</c>.</param>
    public async ValueTask<RelayOutcome?> AskAsync(McpExchange exchange, UpstreamLink link, TaskRef task, JsonElement questions, RunningCall running)
    {
        if (InputRequests.Read(JsonMarshal.GetRawUtf8Value(questions)) is not { Count: > 0 } asked)
        {
            return RelayOutcome.Failed(UpstreamFault.Invalid, "It asked something that the protocol does not allow.");
        }

        var (responses, refusal) = await answers.GetAsync(exchange, link.Route.Name, RelatedTo(exchange, asked), running);
        if (responses is null)
        {
            // Nobody else can answer, so the task would wait for ever.
            await requests.AskAsync(exchange, link, task, McpMethod.TasksCancel, running);
            await exchange.FailInWordsAsync(refusal!);
            return RelayOutcome.Answered(CallResult.ToolError);
        }

        var updated = await requests.AskAsync(exchange, link, task, McpMethod.TasksUpdate, running, responses);
        return updated.HasResult ? null : await TaskRequests.PassErrorAsync(exchange, updated);
    }

    /// <summary>In the core every message that belongs to a task names it.</summary>
    private static InputRequest[] RelatedTo(McpExchange exchange, IReadOnlyList<InputRequest> questions) =>
        !exchange.Envelope.TaskId.IsPresent ? [.. questions]
        : [.. questions.Select(question => question with { RawParams = WithTask(exchange, question.RawParams) })];

    private static byte[] WithTask(McpExchange exchange, byte[] rawParams)
    {
        var given = TaskJson.Parse(rawParams.Length == 0 ? "{}"u8 : rawParams);
        return Answers.Object(writer =>
        {
            foreach (var member in given.EnumerateObject().Where(static member => !member.NameEquals("_meta"u8)))
            {
                member.WriteTo(writer);
            }

            writer.WriteStartObject("_meta"u8);
            if (given.TryGetProperty("_meta"u8, out var meta) && meta.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in meta.EnumerateObject().Where(static member => !member.NameEquals(RelatedTask.Key)))
                {
                    member.WriteTo(writer);
                }
            }

            writer.WriteStartObject(RelatedTask.Key);
            writer.WritePropertyName("taskId"u8);
            writer.WriteRawValue(exchange.Slice(exchange.Envelope.TaskId), skipInputValidation: true);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }
}

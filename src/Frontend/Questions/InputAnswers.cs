using System.Buffers;
using System.Text.Json;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Sessions;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Questions;

/// <summary>A legacy client's answers to the questions of a modern upstream: each becomes a request on the stream of the client's own request.</summary>
internal sealed class InputAnswers(ClientQuestions clients, IOptions<McpOptions> options, TimeProvider time)
{
    /// <summary>Asks the client. Gives the member <c>inputResponses</c>, or why there is none, in words for a model.</summary>
    public async ValueTask<(byte[]? Responses, string? Refusal)> GetAsync(
        McpExchange exchange, string upstream, IReadOnlyList<InputRequest> questions, RunningCall running)
    {
        foreach (var question in questions)
        {
            if (QuestionRules.FindRefusal(exchange.Capabilities, question.Method, question.RawParams) is { } refusal)
            {
                return (null, $"The MCP server '{upstream}' needs an answer that this client cannot give. {refusal}{Address(question)}");
            }
        }

        var pending = new List<PendingQuestion>();
        running.BeginWait(options.Value.QuestionPatience);
        try
        {
            foreach (var question in questions)
            {
                if (await clients.AskAsync(exchange, question.Method, ParamsFor(question)) is not { } asked)
                {
                    return (null, "Too many questions wait for an answer; try again later.");
                }

                pending.Add(asked);
            }

            var answers = Task.WhenAll(pending.Select(question => question.Answer)).WaitAsync(options.Value.QuestionPatience, time, running.Stop);
            var given = await KeepAlive.WhileAsync(answers, exchange.Reply, options.Value.KeepAlive, time);
            return Write(questions, given) is { } responses
                ? (responses, null)
                : (null, $"The MCP server '{upstream}' asked for something, and the request was refused.");
        }
        catch (TimeoutException)
        {
            return (null, $"The MCP server '{upstream}' asked for something, and there was no answer within {options.Value.QuestionPatience}.");
        }
        finally
        {
            running.EndWait();
            foreach (var question in pending)
            {
                await clients.CloseAsync(exchange, question, tellClient: false);
            }
        }
    }

    /// <summary>
    /// The member <c>inputResponses</c>; null when a question has no answer that could be put there. It has no place for errors: of an
    /// elicitation an error means that the user did not want to, of anything else that the call cannot go on.
    /// </summary>
    private static byte[]? Write(IReadOnlyList<InputRequest> questions, ReadOnlyMemory<byte>[] given)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        for (var i = 0; i < given.Length; i++)
        {
            EnvelopeScanner.Scan(given[i].Span, out var envelope);
            json.WritePropertyName(questions[i].Key);
            if (envelope.Result.IsObject(given[i].Span))
            {
                json.WriteRawValue(envelope.Result.Slice(given[i].Span), skipInputValidation: true);
            }
            else if (questions[i].Method == McpMethod.ElicitationCreate)
            {
                json.WriteRawValue("{\"action\":\"cancel\"}"u8, skipInputValidation: true);
            }
            else
            {
                return null;
            }
        }

        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>An elicitation by URL has an id in the revision that legacy clients know.</summary>
    private static byte[] ParamsFor(InputRequest question)
    {
        if (!question.IsByUrl)
        {
            return question.RawParams;
        }

        using var document = JsonDocument.Parse(question.RawParams);
        return Answers.Object(writer =>
        {
            writer.WriteString("elicitationId"u8, Guid.NewGuid());
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!member.NameEquals("elicitationId"u8))
                {
                    member.WriteTo(writer);
                }
            }
        });
    }

    /// <summary>Where the user would have been sent, for clients that can only say so.</summary>
    private static string Address(InputRequest question)
    {
        if (!question.IsByUrl)
        {
            return "";
        }

        using var document = JsonDocument.Parse(question.RawParams);
        return document.RootElement.TryGetProperty("url"u8, out var url) && url.ValueKind == JsonValueKind.String ? $" Open this address, then call again: {url.GetString()}" : "";
    }
}

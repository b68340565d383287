using System.Buffers;
using System.Text.Json;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Gateway.Metering;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Questions;

/// <summary>
/// Answers a modern upstream's <c>input_required</c> for a legacy client: each of its questions becomes a request on the stream of the
/// client's call, and the call is sent again with the answers.
/// </summary>
internal sealed class InputRounds(ClientQuestions clients, IOptions<McpOptions> options, TimeProvider time)
{
    private const int MaxRounds = 10;

    // A round without questions means: ask again later.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Asks the client. Null when the call is ready to be sent again; else the call is over and the client has its answer, unless it is a fault.</summary>
    /// <param name="response">The upstream's whole response.</param>
    public async ValueTask<RelayOutcome?> AnswerAsync(UpstreamCall call, ReadOnlyMemory<byte> response, int round)
    {
        ResultScanner.Scan(response.Span, out var scan);
        var hasQuestions = scan.InputRequests.IsPresent && !scan.InputRequests.IsNull(response.Span);
        var state = scan.RequestState.IsString(response.Span) ? scan.RequestState.Slice(response) : default;
        var questions = hasQuestions ? InputRequests.Read(scan.InputRequests.Slice(response.Span)) : [];
        if (questions is null || (questions.Count == 0 && state.IsEmpty) || round > MaxRounds)
        {
            return RelayOutcome.Failed(
                UpstreamFault.Invalid, round > MaxRounds ? $"It asked more than {MaxRounds} times." : "It asked something that the protocol does not allow.");
        }

        if (questions.Count == 0)
        {
            await Task.Delay(s_pause, time, call.Running.Stop);
            call.Retry(default, state);
            return null;
        }

        foreach (var question in questions)
        {
            if (QuestionRules.FindRefusal(call.Exchange.Capabilities, question.Method, question.RawParams) is { } refusal)
            {
                return await FailAsync(call, $"The MCP server '{call.Link.Route.Name}' needs an answer that this client cannot give. {refusal}{Address(question)}");
            }
        }

        return await AskAsync(call, questions, state);
    }

    private async ValueTask<RelayOutcome?> AskAsync(UpstreamCall call, IReadOnlyList<InputRequest> questions, ReadOnlyMemory<byte> state)
    {
        var pending = new List<PendingQuestion>();
        call.Running.BeginWait(options.Value.QuestionPatience);
        try
        {
            foreach (var question in questions)
            {
                if (await clients.AskAsync(call.Exchange, question.Method, ParamsFor(question)) is not { } asked)
                {
                    return await FailAsync(call, "Too many questions wait for an answer; try again later.");
                }

                pending.Add(asked);
            }

            var answers = Task.WhenAll(pending.Select(question => question.Answer)).WaitAsync(options.Value.QuestionPatience, time, call.Running.Stop);
            var given = await KeepAlive.WhileAsync(answers, call.Exchange.Reply, options.Value.KeepAlive, time);
            return WriteAnswers(questions, given) is { } responses
                ? Send(call, responses, state)
                : await FailAsync(call, $"The MCP server '{call.Link.Route.Name}' asked for something, and the request was refused.");
        }
        catch (TimeoutException)
        {
            return await FailAsync(call, $"The MCP server '{call.Link.Route.Name}' asked for something, and there was no answer within {options.Value.QuestionPatience}.");
        }
        finally
        {
            call.Running.EndWait();
            foreach (var question in pending)
            {
                await clients.CloseAsync(call.Exchange, question, tellClient: false);
            }
        }
    }

    private static RelayOutcome? Send(UpstreamCall call, byte[] responses, ReadOnlyMemory<byte> state)
    {
        call.Retry(responses, state);
        return null;
    }

    private static async ValueTask<RelayOutcome?> FailAsync(UpstreamCall call, string text)
    {
        await call.Exchange.FailInWordsAsync(text);
        return RelayOutcome.Answered(CallResult.ToolError);
    }

    /// <summary>
    /// The member <c>inputResponses</c>; null when a question has no answer that could be put there. It has no place for errors: of an
    /// elicitation an error means that the user did not want to, of anything else that the call cannot go on.
    /// </summary>
    private static byte[]? WriteAnswers(IReadOnlyList<InputRequest> questions, ReadOnlyMemory<byte>[] given)
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
        if (question.Method != McpMethod.ElicitationCreate || !QuestionRules.IsByUrl(question.RawParams))
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
        if (question.Method != McpMethod.ElicitationCreate || !QuestionRules.IsByUrl(question.RawParams))
        {
            return "";
        }

        using var document = JsonDocument.Parse(question.RawParams);
        return document.RootElement.TryGetProperty("url"u8, out var url) && url.ValueKind == JsonValueKind.String ? $" Open this address, then call again: {url.GetString()}" : "";
    }
}

using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Gateway.Metering;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Questions;

/// <summary>
/// Answers a modern upstream's <c>input_required</c> for a legacy client: each of its questions becomes a request on the stream of the
/// client's call, and the call is sent again with the answers.
/// </summary>
internal sealed class InputRounds(InputAnswers answers, TimeProvider time)
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

        var (responses, refusal) = await answers.GetAsync(call.Exchange, call.Link.Route.Name, questions, call.Running);
        if (responses is null)
        {
            await call.Exchange.FailInWordsAsync(refusal!);
            return RelayOutcome.Answered(CallResult.ToolError);
        }

        call.Retry(responses, state);
        return null;
    }
}

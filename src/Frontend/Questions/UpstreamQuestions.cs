using System.Text;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Tasks;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Questions;

/// <summary>
/// The requests of a legacy upstream to the client, in the answer to a call: a legacy client is asked on the call's stream; for a modern
/// client the call is held, and it gets the questions as <c>input_required</c>; what the client did not declare is refused.
/// </summary>
internal sealed class UpstreamQuestions(ClientQuestions clients, TaskBridge tasks, IOptions<McpOptions> options, TimeProvider time)
{
    private const int MaxOpen = 32;

    /// <summary>Takes a question.</summary>
    /// <param name="question">The upstream's request; copied where it has to be kept.</param>
    public async ValueTask TakeAsync(UpstreamCall call, IUpstreamAnswer answer, ReadOnlyMemory<byte> question)
    {
        EnvelopeScanner.Scan(question.Span, out var envelope);
        var id = envelope.Id.Slice(question.Span).ToArray();
        if (envelope.Method == McpMethod.Ping)
        {
            await RespondAsync(answer, id, static (output, id) => JsonRpcWriter.WriteResult(output, id, "{}"u8));
            return;
        }

        var rawParams = envelope.Params.Slice(question);
        if (QuestionRules.FindRefusal(call.Declared, envelope.Method, rawParams.Span) is { } refusal)
        {
            await RefuseAsync(answer, id, McpErrorCode.MethodNotFound, refusal);
        }
        else if (call.OpenQuestions.ContainsKey(Encoding.UTF8.GetString(id)))
        {
            await RefuseAsync(answer, id, McpErrorCode.InvalidRequest, "A request with this id is still waiting for its answer.");
        }
        else if (call.OpenQuestions.Count >= MaxOpen || call.Held is { Count: >= MaxOpen })
        {
            await RefuseAsync(answer, id, McpErrorCode.LimitExceeded, "Too many questions wait for an answer.");
        }
        else if (call.Held is { } held)
        {
            held.Add(new HeldQuestion(id, envelope.Method, tasks.ToClient(call, rawParams).ToArray()));
        }
        else
        {
            await PassAsync(call, answer, id, envelope.Method, rawParams);
        }
    }

    /// <summary>The upstream does not want an answer any more.</summary>
    public async ValueTask WithdrawAsync(UpstreamCall call, ReadOnlyMemory<byte> cancelled)
    {
        EnvelopeScanner.Scan(cancelled.Span, out var envelope);
        var id = Encoding.UTF8.GetString(envelope.RequestId.Slice(cancelled.Span));
        call.Held?.Withdraw(id);
        if (call.OpenQuestions.TryRemove(id, out var question))
        {
            await clients.CloseAsync(call.Exchange, question, tellClient: true);
        }
    }

    private async ValueTask PassAsync(UpstreamCall call, IUpstreamAnswer answer, byte[] id, McpMethod method, ReadOnlyMemory<byte> rawParams)
    {
        var key = Encoding.UTF8.GetString(id);
        if (await clients.AskAsync(call.Exchange, method, tasks.ToClient(call, rawParams)) is not { } question)
        {
            await RefuseAsync(answer, id, McpErrorCode.LimitExceeded, "Too many questions wait for an answer.");
            return;
        }

        call.OpenQuestions[key] = question;
        call.Running.BeginWait(options.Value.QuestionPatience);
        _ = ForwardAsync(call, answer, id, key, question);
    }

    /// <summary>Waits for the client's answer and takes it to the upstream. Ends with the call at the latest, which withdraws its questions.</summary>
    private async Task ForwardAsync(UpstreamCall call, IUpstreamAnswer answer, byte[] id, string key, PendingQuestion question)
    {
        try
        {
            var response = await question.Answer.WaitAsync(options.Value.QuestionPatience, time);
            EnvelopeScanner.Scan(response.Span, out var envelope);
            using var edits = SpliceList.Rent();
            edits.ReplaceId(envelope, id);
            tasks.EditAnswerOfClient(edits, call, response.Span);
            var message = edits.ToArray(response.Span);
            call.Running.EndWait();
            await answer.RespondAsync(message);
        }
        catch (TimeoutException)
        {
            call.Running.EndWait();
            await RefuseAsync(answer, id, McpErrorCode.UpstreamTimeout, $"The client did not answer within {options.Value.QuestionPatience}.");
        }
        catch (OperationCanceledException)
        {
            call.Running.EndWait();
            if (call.OpenQuestions.ContainsKey(key))
            {
                // The call is over, and not because the upstream withdrew the question.
                await RefuseAsync(answer, id, McpErrorCode.InvalidRequest, "The call that this belongs to is over.");
            }
        }
        finally
        {
            if (call.OpenQuestions.TryRemove(key, out _))
            {
                await clients.CloseAsync(call.Exchange, question, tellClient: false);
            }
        }
    }

    private static ValueTask RefuseAsync(IUpstreamAnswer answer, byte[] id, int code, string message) =>
        RespondAsync(answer, (id, code, message), static (output, refusal) => JsonRpcWriter.WriteError(output, refusal.id, refusal.code, refusal.message));

    private static async ValueTask RespondAsync<TState>(IUpstreamAnswer answer, TState state, Action<PooledBuffer, TState> write)
    {
        using var output = new PooledBuffer(512);
        write(output, state);
        await answer.RespondAsync(output.Written);
    }
}

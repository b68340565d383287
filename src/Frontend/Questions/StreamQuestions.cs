using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Sessions;
using McpGateway.Protocol.JsonRpc;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Questions;

/// <summary>
/// The requests of a legacy upstream that belong to no call but to the session: its client is asked on the session's own stream. Many
/// servers ask this way even while a call runs.
/// </summary>
internal sealed partial class StreamQuestions(
    ClientQuestions clients, IGrains grains, IOptions<McpOptions> options, TimeProvider time, ILogger<StreamQuestions> logger)
{
    /// <summary>Asks, and takes the answer to the connection that the question came over. Nothing is waited for here.</summary>
    public void Take(ClientSession session, EventStream stream, CallerIdentity caller, string connection, ReadOnlyMemory<byte> question) =>
        _ = AskAsync(session, new StreamReply(stream, session.Ended), caller, grains.Get<IConnectionGrain>(connection), question);

    private async Task AskAsync(
        ClientSession session, StreamReply reply, CallerIdentity caller, IConnectionGrain connection, ReadOnlyMemory<byte> question)
    {
        try
        {
            await connection.RespondAsync(await AnswerAsync(session, reply, caller, question));
        }
        catch (OperationCanceledException)
        {
            // The session is over, and its connection with it.
        }
        catch (Exception exception) when (GrainFailure.IsTransient(exception))
        {
            LogLost(logger, exception);
        }
    }

    private async Task<byte[]> AnswerAsync(ClientSession session, StreamReply reply, CallerIdentity caller, ReadOnlyMemory<byte> question)
    {
        EnvelopeScanner.Scan(question.Span, out var envelope);
        var id = envelope.Id.Slice(question);
        var rawParams = envelope.Params.Slice(question);
        if (QuestionRules.FindRefusal(session.Capabilities, envelope.Method, rawParams.Span) is { } refusal)
        {
            return Refuse(id, McpErrorCode.MethodNotFound, refusal);
        }

        if (await clients.AskAsync(session.ServerId, caller.Key, reply, envelope.Method, rawParams) is not { } asked)
        {
            return Refuse(id, McpErrorCode.LimitExceeded, "Too many questions wait for an answer.");
        }

        try
        {
            return WithId(await asked.Answer.WaitAsync(options.Value.QuestionPatience, time, session.Ended), id);
        }
        catch (TimeoutException)
        {
            return Refuse(id, McpErrorCode.UpstreamTimeout, $"The client did not answer within {options.Value.QuestionPatience}.");
        }
        finally
        {
            clients.Close(asked);
        }
    }

    private static byte[] WithId(ReadOnlyMemory<byte> response, ReadOnlyMemory<byte> id)
    {
        EnvelopeScanner.Scan(response.Span, out var envelope);
        using var edits = SpliceList.Rent();
        edits.ReplaceId(envelope, id.Span);
        return edits.ToArray(response.Span);
    }

    private static byte[] Refuse(ReadOnlyMemory<byte> id, int code, string message)
    {
        using var output = new PooledBuffer(256);
        JsonRpcWriter.WriteError(output, id.Span, code, message);
        return output.WrittenSpan.ToArray();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A client's answer could not be taken to the connection that asked")]
    private static partial void LogLost(ILogger logger, Exception exception);
}

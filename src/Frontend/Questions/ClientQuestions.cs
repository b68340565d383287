using System.Globalization;
using McpGateway.Abstractions.Nodes;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Nodes;
using McpGateway.Frontend.Relay;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Questions;

/// <summary>Asks legacy clients, on the stream of the call that the question belongs to, and takes their answers wherever they arrive.</summary>
internal sealed class ClientQuestions(PendingQuestions pending, QuestionIds ids, NodePost post)
{
    /// <summary>Sends a question to the client; null when too many wait for answers already.</summary>
    /// <param name="rawParams">The question's <c>params</c>; empty for none.</param>
    public ValueTask<PendingQuestion?> AskAsync(McpExchange exchange, McpMethod method, ReadOnlyMemory<byte> rawParams) =>
        AskAsync(exchange.Server.Header.ServerId, exchange.Caller.Key, exchange.Reply, method, rawParams);

    /// <inheritdoc cref="AskAsync(McpExchange, McpMethod, ReadOnlyMemory{byte})"/>
    /// <param name="callerKey">Who alone can answer.</param>
    /// <param name="reply">Where the client hears the question.</param>
    public async ValueTask<PendingQuestion?> AskAsync(
        string serverId, string callerKey, IReply reply, McpMethod method, ReadOnlyMemory<byte> rawParams)
    {
        if (pending.Open(number => ids.Write(number, post.Self, serverId, callerKey)) is not { } question)
        {
            return null;
        }

        try
        {
            using var request = new PooledBuffer(rawParams.Length + 512);
            JsonRpcWriter.WriteRequest(request, question.Id.Span, McpMethods.Name(method), rawParams.Span);
            await reply.NotifyAsync(request.Written);
            return question;
        }
        catch
        {
            pending.Close(question);
            throw;
        }
    }

    /// <summary>The question is over, and its client need not hear of it.</summary>
    public void Close(PendingQuestion question) => pending.Close(question);

    /// <summary>The question is over. A client that has not answered is told that nobody waits any more.</summary>
    public async ValueTask CloseAsync(McpExchange exchange, PendingQuestion question, bool tellClient)
    {
        pending.Close(question);
        if (tellClient)
        {
            using var message = new PooledBuffer(512);
            JsonRpcWriter.WriteNotification(message, "notifications/cancelled", Answers.Object(writer =>
            {
                writer.WritePropertyName("requestId"u8);
                writer.WriteRawValue(question.Id.Span, skipInputValidation: true);
                writer.WriteString("reason"u8, "Nobody waits for the answer any more.");
            }));
            await exchange.Reply.NotifyAsync(message.Written);
        }
    }

    /// <summary>
    /// Takes a client's response to a question. False when its id is none of ours for this caller; true says nothing about whether somebody
    /// still waited for it.
    /// </summary>
    public async ValueTask<bool> TakeAnswerAsync(McpExchange exchange)
    {
        if (ids.Read(exchange.Id, exchange.Server.Header.ServerId, exchange.Caller.Key) is not { } question)
        {
            return false;
        }

        var mail = NodeMail.Of(NodeMailKind.Answer, question.Number.ToString(CultureInfo.InvariantCulture), exchange.Body.ToArray());
        await post.SendAsync(question.Node, mail, exchange.Reply.ClientGone);
        return true;
    }
}

using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Telemetry;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Bridging;

/// <summary>Serves JSON-RPC batches, which exist in revision 2025-03-26 alone: each message as if it had come by itself.</summary>
internal sealed class Batches(McpDispatcher dispatcher)
{
    private const int MaxMessages = 100;
    private const int MaxRunning = 8;

    /// <summary>Serves a batch to its end.</summary>
    /// <param name="body">A well-formed JSON array.</param>
    public async Task ServeAsync(HttpContext context, Admission admission, ReadOnlyMemory<byte> body, ClientSession? session, CallClock clock)
    {
        var elements = new List<ByteRange>();
        if (!BatchSplitter.TrySplit(body.Span, elements, MaxMessages) || elements.Count == 0)
        {
            await Answers.WriteErrorAsync(
                context,
                StatusCodes.Status400BadRequest,
                McpErrorCode.InvalidRequest,
                elements.Count == 0 ? "A batch must have at least one message." : $"A batch may have {MaxMessages} messages.");
            return;
        }

        using var answer = new BatchAnswer(new HttpReply(context), elements.Count);
        using var slots = new SemaphoreSlim(MaxRunning);
        var running = new List<Task>();
        for (var place = 0; place < elements.Count; place++)
        {
            var message = elements[place].Slice(body);
            var refusal = Check(message.Span, out var envelope);
            if (refusal is null && envelope.Kind != MessageKind.Request)
            {
                await dispatcher.TakeOneWayAsync(Exchange(message, envelope, answer, place));
                continue;
            }

            await slots.WaitAsync(CancellationToken.None);
            running.Add(ServeOneAsync(Exchange(message, envelope, answer, place), refusal, slots));
        }

        await Task.WhenAll(running);
        if (running.Count == 0)
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
        else if (!answer.ClientGone.IsCancellationRequested)
        {
            await answer.EndAsync();
        }

        McpExchange Exchange(ReadOnlyMemory<byte> message, in Envelope envelope, BatchAnswer target, int place) =>
            new(admission, message, envelope, ProtocolRevision.March2025, session, new BatchReply(target, place))
            {
                Headers = context.Request.Headers,
                RequestId = context.TraceIdentifier,
                Clock = clock,
            };
    }

    private async Task ServeOneAsync(McpExchange exchange, Refusal? refusal, SemaphoreSlim slots)
    {
        try
        {
            if (refusal is { } refused)
            {
                await exchange.FailAsync(refused.Code, refused.Message);
            }
            else
            {
                await dispatcher.ServeRequestAsync(exchange);
            }
        }
        catch (Exception exception) when (exchange.Reply.ClientGone.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            // Nobody is left to answer.
        }
        finally
        {
            slots.Release();
        }
    }

    /// <summary>Why a message of a batch is not served; null for one that is.</summary>
    private static Refusal? Check(ReadOnlySpan<byte> message, out Envelope envelope)
    {
        var fault = EnvelopeScanner.Scan(message, out envelope);
        if (fault == EnvelopeFault.Batch)
        {
            return new Refusal(McpErrorCode.InvalidRequest, "A batch cannot contain another one.");
        }

        if (fault != EnvelopeFault.None)
        {
            return new Refusal(fault.Code(), fault.Message(envelope));
        }

        if (envelope.Method == McpMethod.Initialize)
        {
            return new Refusal(McpErrorCode.InvalidRequest, "initialize must not be part of a batch: no other message can be sent before it is answered.");
        }

        return envelope.ProtocolVersion.IsPresent
            ? new Refusal(McpErrorCode.InvalidRequest, "A request with per-request metadata of 2026-07-28 must not be part of a batch.")
            : null;
    }

    private readonly record struct Refusal(int Code, string Message);
}

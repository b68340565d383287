using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Bridge;

/// <summary>Posts one message and passes on what comes back. A request is always answered, unless it was cancelled.</summary>
internal sealed partial class MessageForwarder(
    GatewayEndpoint endpoint, BridgeSession session, ToolHeaders toolHeaders, LineWriter output, int maxMessageBytes, ILogger<MessageForwarder> logger)
{
    public async Task ForwardAsync(BridgeMessage message, CancellationToken cancellationToken)
    {
        try
        {
            var hadSession = session.Id is not null && !message.IsInitialize && message.OwnRevision is null;
            using var response = await endpoint.PostAsync(message, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                await RefusedAsync(message, hadSession, response, cancellationToken);
            }
            else if (message.IsRequest && !await RelayAsync(message, response, cancellationToken))
            {
                await FailAsync(message, McpErrorCode.UpstreamInvalid, "The gateway's answer ended before the response to this request.");
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Cancelled, or the bridge ends: nobody waits for an answer.
        }
        catch (HttpRequestException exception)
        {
            await FailAsync(message, McpErrorCode.UpstreamUnavailable, $"{endpoint.Address} cannot be reached: {exception.Message}");
        }
        catch (IOException exception)
        {
            await FailAsync(message, McpErrorCode.UpstreamUnavailable, $"The connection to the gateway broke before the answer was whole: {exception.Message}");
        }
        catch (InvalidDataException exception)
        {
            await FailAsync(message, McpErrorCode.UpstreamInvalid, $"The gateway's answer cannot be passed on. {exception.Message}");
        }
    }

    private async Task RefusedAsync(BridgeMessage message, bool hadSession, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await ReadBodyAsync(response, cancellationToken);
        if (message.IsRequest)
        {
            await output.WriteAsync(BridgeErrors.OfResponse(endpoint, message, hadSession, response.StatusCode, response.Headers.RetryAfter, body));
        }
        else
        {
            LogRefused(logger, message.MethodName, (int)response.StatusCode, BridgeErrors.Advice(endpoint, hadSession, response.StatusCode));
        }
    }

    /// <summary>Passes on the answer, and what comes before it on its stream. False when there was none.</summary>
    private async Task<bool> RelayAsync(BridgeMessage message, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!string.Equals(response.Content.Headers.ContentType?.MediaType, "text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            var body = await ReadBodyAsync(response, cancellationToken);
            return IsAnswer(message, body) && await PassOnAnswerAsync(message, response, body);
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var events = new EventLines(stream, maxMessageBytes);
        while (await events.ReadAsync(cancellationToken) is { } item)
        {
            if (IsAnswer(message, item))
            {
                return await PassOnAnswerAsync(message, response, item);
            }

            await output.WriteAsync(item);
        }

        return false;
    }

    private async Task<bool> PassOnAnswerAsync(BridgeMessage message, HttpResponseMessage response, ReadOnlyMemory<byte> answer)
    {
        // Before the client sees the answer: its next message may come at once.
        if (message.IsInitialize)
        {
            session.Open(response, answer);
        }
        else if (message.Envelope.Method == McpMethod.ToolsList)
        {
            toolHeaders.Learn(answer);
        }

        await output.WriteAsync(answer);
        return true;
    }

    private static bool IsAnswer(BridgeMessage message, ReadOnlyMemory<byte> item) =>
        EnvelopeScanner.Scan(item.Span, out var envelope) == EnvelopeFault.None
        && envelope.Kind is MessageKind.Response or MessageKind.ErrorResponse
        && envelope.Id.Slice(item.Span).SequenceEqual(message.Id.Span);

    private async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await stream.ReadAsync(chunk, cancellationToken) is var read and > 0)
        {
            if (body.Length + read > maxMessageBytes)
            {
                throw new InvalidDataException($"It is larger than {maxMessageBytes} bytes.");
            }

            body.Write(chunk, 0, read);
        }

        return body.ToArray();
    }

    private async Task FailAsync(BridgeMessage message, int code, string text)
    {
        if (message.IsRequest)
        {
            await output.WriteAsync(BridgeErrors.Write(message.Id, code, text));
        }
        else
        {
            LogLost(logger, message.MethodName, text);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} was refused with status {Status}. {Advice}")]
    private static partial void LogRefused(ILogger logger, string method, int status, string? advice);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} was lost. {Reason}")]
    private static partial void LogLost(ILogger logger, string method, string reason);
}

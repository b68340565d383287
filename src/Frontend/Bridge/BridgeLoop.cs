using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Bridge;

/// <summary>Takes the client's messages in their order until it closes its end, then ends the session.</summary>
internal sealed partial class BridgeLoop(
    LineReader input,
    LineWriter output,
    MessageForwarder forwarder,
    EventListener listener,
    GatewayEndpoint endpoint,
    BridgeSession session,
    ILogger<BridgeLoop> logger) : IDisposable
{
    private static readonly TimeSpan s_handshakeLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_lastAnswers = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(2);

    private readonly RunningRequests _running = new();
    private CancellationTokenSource? _listening;

    /// <summary>Runs until the client closes its end or <paramref name="stopping"/> fires. The process's exit code.</summary>
    public async Task<int> RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            while (await input.ReadAsync(stopping) is { } line)
            {
                await TakeAsync(line, ending.Token);
            }

            await _running.DrainAsync().WaitAsync(s_lastAnswers, stopping);
            return 0;
        }
        catch (Exception exception) when (exception is TimeoutException || stopping.IsCancellationRequested)
        {
            // Told to stop, or what still runs takes too long for a client that is gone.
            return 0;
        }
        catch (InvalidDataException exception)
        {
            await output.WriteAsync(BridgeErrors.Write(default, McpErrorCode.ParseError, exception.Message));
            return 1;
        }
        catch (IOException exception)
        {
            LogClientGone(logger, exception.Message);
            return 0;
        }
        finally
        {
            await ending.CancelAsync();
            await EndSessionAsync();
        }
    }

    public void Dispose()
    {
        _listening?.Dispose();
        _running.Dispose();
    }

    private async Task TakeAsync(byte[] line, CancellationToken ending)
    {
        var fault = EnvelopeScanner.Scan(line, out var envelope);
        if (fault != EnvelopeFault.None)
        {
            await output.WriteAsync(BridgeErrors.Write(envelope.Id.Slice(line.AsMemory()), fault.Code(), fault.Message(envelope)));
            return;
        }

        var message = new BridgeMessage(line, envelope);
        if (message.IsInitialize)
        {
            await OpenAsync(message, ending);
        }
        else if (envelope.Method == McpMethod.NotificationInitialized)
        {
            await forwarder.ForwardAsync(message, ending);
            Listen(ending);
        }
        else if (envelope.Method == McpMethod.NotificationCancelled && _running.TryCancel(message))
        {
            LogCancelled(logger);
        }
        else if (!_running.TryStart(message, cancelled => forwarder.ForwardAsync(message, cancelled), ending))
        {
            await RefuseAsync(message);
        }
    }

    // Nothing else is taken meanwhile: what follows needs the session that the answer names.
    private async Task OpenAsync(BridgeMessage message, CancellationToken ending)
    {
        await EndSessionAsync();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ending);
        limit.CancelAfter(s_handshakeLimit);
        await forwarder.ForwardAsync(message, limit.Token);
        if (limit.IsCancellationRequested && !ending.IsCancellationRequested)
        {
            await output.WriteAsync(
                BridgeErrors.Write(message.Id, McpErrorCode.UpstreamTimeout, $"{endpoint.Address} did not answer within {s_handshakeLimit.TotalSeconds} seconds."));
        }
    }

    private void Listen(CancellationToken ending)
    {
        if (session.Id is not null && _listening is null)
        {
            _listening = CancellationTokenSource.CreateLinkedTokenSource(ending);
            _ = listener.RunAsync(_listening.Token);
        }
    }

    private async Task RefuseAsync(BridgeMessage message)
    {
        if (message.IsRequest)
        {
            await output.WriteAsync(BridgeErrors.Write(message.Id, McpErrorCode.LimitExceeded, "Too many requests are waiting; wait for an answer."));
        }
    }

    private async Task EndSessionAsync()
    {
        if (_listening is { } listening)
        {
            _listening = null;
            await listening.CancelAsync();
            listening.Dispose();
        }

        if (session.Id is null)
        {
            return;
        }

        using var limit = new CancellationTokenSource(s_goodbye);
        try
        {
            using var response = await endpoint.EndSessionAsync(limit.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            // The gateway ends idle sessions by itself.
            LogNotEnded(logger, exception.Message);
        }

        session.Forget();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The client cancelled a request; its HTTP request was aborted")]
    private static partial void LogCancelled(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "The client went away: {Reason}")]
    private static partial void LogClientGone(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The session could not be ended: {Reason}")]
    private static partial void LogNotEnded(ILogger logger, string reason);
}

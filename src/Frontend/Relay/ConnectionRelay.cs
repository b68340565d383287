using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Sessions;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Bridging;
using McpGateway.Gateway.Upstreams;

namespace McpGateway.Frontend.Relay;

/// <summary>Relays a call to a stdio or SSE upstream through the grain that owns the connection, wherever it lives.</summary>
internal sealed class ConnectionRelay(IGrains grains, AnswerRelay answers, TimeProvider time)
{
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(5);

    public async ValueTask<RelayOutcome> CallAsync(UpstreamCall call)
    {
        if (!call.IsExclusive)
        {
            return await CallAsync(call, call.Connection().ToString());
        }

        // The first of the caller's connections that carries no call at the moment.
        for (var slot = 1; ; slot++)
        {
            var outcome = await CallAsync(call, call.Connection(slot).ToString());
            if (outcome.Fault != UpstreamFault.Busy || slot == ConnectionProfile.Slots)
            {
                return outcome;
            }
        }
    }

    private async ValueTask<RelayOutcome> CallAsync(UpstreamCall call, string key)
    {
        using var body = new PooledBuffer(call.Exchange.Body.Length + 512);
        call.WriteTo(body);
        await OwnAsync(call, key);
        var connection = grains.Get<IConnectionGrain>(key);
        var replies = connection
            .CallAsync(call.Exchange.ToCaller(), body.WrittenSpan.ToArray(), call.Running.Stop)
            .GetAsyncEnumerator(call.Running.Stop);
        try
        {
            await using (replies.ConfigureAwait(true))
            {
                return await RelayAsync(call, replies, connection);
            }
        }
        catch (Exception exception) when (GrainFailure.IsTransient(exception) && GrainFailure.MayHaveRun(exception))
        {
            // The connection, or the way to it, was lost with its node.
            return RelayOutcome.Failed(UpstreamFault.Broken, "The gateway's node that held the connection went away or did not answer; whether the call ran is not known.");
        }
        catch (OperationCanceledException) when (call.IsFollowing && call.Running.Stop.IsCancellationRequested)
        {
            // The request that is left is cancelled by the connection; nobody else knows of the task.
            await GiveUpAsync(call, connection);
            throw;
        }
    }

    /// <summary>Tells the upstream that nobody waits for the task any more.</summary>
    private async ValueTask GiveUpAsync(UpstreamCall call, IConnectionGrain connection)
    {
        using var patience = new CancellationTokenSource(s_farewell, time);
        try
        {
            await foreach (var reply in connection.CallAsync(call.Exchange.ToCaller(), call.Cancellation(), patience.Token))
            {
                if (reply.Kind is ConnectionReplyKind.Response or ConnectionReplyKind.Failed)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException || GrainFailure.IsTransient(exception))
        {
            // It ends in its own time.
        }
    }

    private async ValueTask<RelayOutcome> RelayAsync(UpstreamCall call, IAsyncEnumerator<ConnectionReply> replies, IConnectionGrain connection)
    {
        using var output = new PooledBuffer();
        var (final, failure) = await answers.ReadAsync(call, new ConnectionAnswer(replies, connection), output);
        switch (final.Kind)
        {
            case BridgedKind.Response:
                call.Running.Vacate();
                await call.Exchange.Reply.CompleteAsync(output.Written, ErrorBridge.StatusFor(call.Exchange, final.ErrorCode));
                return RelayOutcome.Answered(final.Result, final.ErrorCode);
            case BridgedKind.InputRequired:
                return RelayOutcome.Asks(output.WrittenSpan);
            case BridgedKind.TaskStarted:
                return RelayOutcome.Started(output.WrittenSpan);
            case BridgedKind.TaskNeeded:
                return default(RelayOutcome) with { NeedsTask = true };
            case BridgedKind.Invalid:
                return RelayOutcome.Failed(UpstreamFault.Invalid, final.Detail!);
            default:
                return failure;
        }
    }

    /// <summary>A connection of the client's own session ends with it.</summary>
    private async ValueTask OwnAsync(UpstreamCall call, string key)
    {
        if (call.Exchange.Session is { } session && string.Equals(session.Id.Key, call.Owner, StringComparison.Ordinal) && session.NoteConnection(key))
        {
            await grains.Get<ISessionGrain>(session.Id.Key).OwnAsync(key, call.Running.Stop);
        }
    }
}

using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Metering;
using McpGateway.Frontend.Questions;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;
using McpGateway.Frontend.Tasks;
using McpGateway.Frontend.Telemetry;
using McpGateway.Gateway.Routing;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Relay;

/// <summary>Serves what an upstream has to answer: finds the upstream, relays, maps what went wrong, counts.</summary>
internal sealed class CallRelay(
    UpstreamTable upstreams,
    UpstreamSender upstream,
    Retries retries,
    InputRounds rounds,
    CoreTaskClients coreTasks,
    HeldCalls heldCalls,
    RequestGuard guard,
    CallRecorder recorder,
    TimeProvider time)
{
    public ValueTask ServeAsync(McpExchange exchange)
    {
        var needed = CallTargets.NeededFor(exchange.Envelope.Method);
        if (!exchange.Caller.Rights.Has(needed))
        {
            return exchange.FailAsync(GatewayError.Forbidden, $"This needs the permission '{PermissionNames.Of(needed).First()}'.");
        }

        if (CallTargets.Find(exchange) is not { } route)
        {
            return FailUnknownAsync(exchange);
        }

        exchange.Trace?.Found(route);
        if (ParamHeaderContract.FindFault(exchange, route) is { } fault)
        {
            return exchange.FailAsync(McpErrorCode.HeaderMismatch, fault, modernStatus: StatusCodes.Status400BadRequest);
        }

        var finding = upstreams.GetAsync(route.Entry.UpstreamId, exchange.Reply.ClientGone);
        return finding.IsCompletedSuccessfully ? ServeAsync(exchange, route, finding.Result) : ServeOnceFoundAsync(exchange, route, finding);
    }

    /// <summary>Serves a request that concerns a task, or the upstream as a whole: it is passed on and answered like a call.</summary>
    /// <param name="route">What the request names; null for nothing.</param>
    public ValueTask ServeAsync(McpExchange exchange, UpstreamLink link, TaskRef? task, ItemRoute? route = null)
    {
        exchange.Trace?.Found(route);
        return RelayAsync(exchange, route, link, state: null, held: null, task);
    }

    private async ValueTask ServeOnceFoundAsync(McpExchange exchange, ItemRoute route, ValueTask<UpstreamLink?> finding) =>
        await ServeAsync(exchange, route, await finding);

    private ValueTask ServeAsync(McpExchange exchange, ItemRoute route, UpstreamLink? link)
    {
        if (link is not { Route.Enabled: true })
        {
            return exchange.FailAsync(GatewayError.CodeOf(UpstreamFault.Disabled), "The MCP server behind this is switched off.");
        }

        // It may declare no completions; clients ask all the same where another member of the virtual server has some.
        return exchange.Envelope.Method == McpMethod.CompletionComplete && !link.HasCompletions
            ? exchange.SucceedAsync(WriteNoCompletions, exchange)
            : RelayAsync(exchange, route, link);
    }

    // Not async where nothing is to be waited for: each state that lies between the client and the upstream costs every call.
    private ValueTask RelayAsync(McpExchange exchange, ItemRoute route, UpstreamLink link) =>
        exchange.IsModern && exchange.Envelope.RequestState.IsPresent ? RelayRetryAsync(exchange, route, link) : RelayAsync(exchange, route, link, state: null);

    private async ValueTask RelayRetryAsync(McpExchange exchange, ItemRoute route, UpstreamLink link)
    {
        var (isServed, state) = await retries.OpenAsync(exchange, link);
        if (!isServed)
        {
            await RelayAsync(exchange, route, link, state);
        }
    }

    private ValueTask RelayAsync(McpExchange exchange, ItemRoute route, UpstreamLink link, RequestState? state) =>
        exchange.IsModern && UpstreamCall.DeclaredTo(link, exchange) != ClientCapabilities.None
            ? ServeHeldAsync(exchange, route, link)
            : RelayAsync(exchange, route, link, state, held: null);

    /// <summary>A legacy upstream may ask this modern client: then the client gets an answer and the call goes on.</summary>
    private async ValueTask ServeHeldAsync(McpExchange exchange, ItemRoute route, UpstreamLink link)
    {
        if (heldCalls.Open(exchange) is not { } held)
        {
            await exchange.RefuseAsync(
                McpErrorCode.LimitExceeded,
                $"{HeldCalls.MaxPerCaller} calls of this caller wait for answers to questions, which is as many as may.",
                Answers.SoonSeconds,
                StatusCodes.Status429TooManyRequests);
            return;
        }

        var turn = held.Turns.Begin(exchange.Reply);
        _ = RunAsync(exchange.Detached(held.Turns));
        await turn;

        async Task RunAsync(McpExchange detached)
        {
            try
            {
                await guard.RunAsync(detached, first => RelayAsync(first, route, link, state: null, held));
            }
            finally
            {
                heldCalls.Close(held);
            }
        }
    }

    private async ValueTask RelayAsync(
        McpExchange exchange, ItemRoute? route, UpstreamLink link, RequestState? state, HeldCall? held, TaskRef? task = null)
    {
        using var running = new RunningCall(TimeSpan.FromSeconds(link.Route.TimeoutSeconds), time, exchange.Reply.ClientGone);
        var requestId = exchange.Session is null ? null : RequestKey.Of(exchange.Id);
        if (requestId is not null && !exchange.Session!.TryBegin(requestId, running))
        {
            await exchange.FailAsync(McpErrorCode.InvalidRequest, $"id: a request with the id {requestId} is still running in this session.");
            recorder.Record(exchange, route, link, RelayOutcome.Failed(UpstreamFault.None, "duplicate id"));
            return;
        }

        var call = new UpstreamCall(exchange, route, link, running, task);
        if (state is not null)
        {
            call.Resume(state.Content);
        }

        if (held is not null)
        {
            call.Hold(held);
        }

        RelayOutcome outcome;
        try
        {
            outcome = await upstream.SendAsync(call);
            running.Vacate();
            if (outcome.GoesOn)
            {
                outcome = await GoOnAsync(call, outcome);
            }

            if (outcome.Fault != UpstreamFault.None)
            {
                await FailAsync(call.Exchange, link, outcome, call);
            }
        }
        catch (OperationCanceledException) when (running.Stop.IsCancellationRequested)
        {
            outcome = await StoppedAsync(call.Exchange, link, running, call);
        }
        finally
        {
            call.Close();
            if (requestId is not null)
            {
                exchange.Session!.End(requestId);
            }
        }

        recorder.Record(exchange, call, outcome with { Waited = running.Waited });
    }

    /// <summary>The upstream wants something before it answers: what it is given is sent, until the answer comes.</summary>
    private async ValueTask<RelayOutcome> GoOnAsync(UpstreamCall call, RelayOutcome outcome)
    {
        for (var round = 1; outcome.GoesOn; round++)
        {
            if (outcome.NeedsTask)
            {
                call.TakeTask();
            }
            else if (outcome.StartedTask is { } started)
            {
                if (call.Link.IsModern)
                {
                    return await coreTasks.FinishCallAsync(call, started);
                }

                call.Follow(McpMethod.TasksResult, started);
            }
            else if (await rounds.AnswerAsync(call, outcome.Questions!, round) is { } end)
            {
                return end;
            }

            outcome = await upstream.SendAsync(call);
            call.Running.Vacate();
        }

        return outcome;
    }

    /// <summary>Ends the answer of a request that was stopped, as far as anybody is left to hear it.</summary>
    public static async ValueTask<RelayOutcome> StoppedAsync(McpExchange exchange, UpstreamLink link, RunningCall running, UpstreamCall? call = null)
    {
        if (running.IsCancelledByClient)
        {
            await exchange.Reply.AbandonAsync();
            return RelayOutcome.Failed(UpstreamFault.None, "cancelled");
        }

        if (running.ClientGone.IsCancellationRequested)
        {
            return RelayOutcome.Failed(UpstreamFault.None, "client gone");
        }

        var outcome = running.IsStoppedWithNode
            ? RelayOutcome.Failed(UpstreamFault.Broken, "The gateway's node was stopped before the answer came; whether the call ran is not known.")
            : RelayOutcome.Failed(UpstreamFault.TimedOut, $"It gave no answer within {link.Route.TimeoutSeconds} s; whether the call ran is not known.");
        await FailAsync(exchange, link, outcome, call);
        return outcome;
    }

    /// <summary>Answers with what went wrong.</summary>
    /// <param name="call">What it is the answer to, if that is one call: it may be told where its time went.</param>
    public static ValueTask FailAsync(McpExchange exchange, UpstreamLink link, RelayOutcome outcome, UpstreamCall? call = null)
    {
        var overhead = OverheadAnswer.Of(call);
        var message = $"The MCP server '{link.Route.Name}' could not answer. {outcome.Detail}";
        return outcome.Fault == UpstreamFault.Busy
            ? exchange.RefuseAsync(GatewayError.CodeOf(outcome.Fault), message, outcome.RetryAfter, overhead: overhead)
            : exchange.FailAsync(GatewayError.CodeOf(outcome.Fault), message, OverheadAnswer.DataOf(overhead));
    }

    /// <summary>The same answer whether the thing does not exist or is not the caller's to see.</summary>
    internal static ValueTask FailUnknownAsync(McpExchange exchange)
    {
        ref readonly var envelope = ref exchange.Envelope;
        var token = envelope.Method switch
        {
            McpMethod.ResourcesRead or McpMethod.ResourcesSubscribe => envelope.Uri,
            McpMethod.CompletionComplete => envelope.RefName.IsPresent ? envelope.RefName : envelope.RefUri,
            _ => envelope.Name,
        };
        var name = JsonStringBytes.GetString(exchange.Slice(token));
        if (envelope.Method is not (McpMethod.ResourcesRead or McpMethod.ResourcesSubscribe))
        {
            var what = envelope.Method == McpMethod.ToolsCall ? "tool" : envelope.RefUri.IsPresent ? "resource" : "prompt";
            return exchange.FailAsync(McpErrorCode.InvalidParams, $"Unknown {what}: {name}");
        }

        var data = Answers.Object(writer => writer.WriteString("uri"u8, name));
        return exchange.FailAsync(
            exchange.Revision.HasResourceNotFoundCode() ? McpErrorCode.ResourceNotFound : McpErrorCode.InvalidParams, $"Resource not found: {name}", data);
    }

    private static void WriteNoCompletions(PooledBuffer output, McpExchange exchange)
    {
        output.Write("""{"completion":{"values":[],"total":0,"hasMore":false}"""u8);
        ModernResult.WriteMembers(output, exchange, isCacheable: false);
        output.Write("}"u8);
    }
}

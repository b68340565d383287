using System.Collections.Immutable;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Subscriptions;
using McpGateway.Gateway.Hosting;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Questions;

/// <summary>
/// What a legacy upstream asks on its session's own stream while calls of modern clients run: such a question names no call. Where exactly
/// one call runs over the connection, on all nodes together, it is that call's, and the client gets it in a round of the call; else nobody
/// knows whose it is, and it is refused.
/// </summary>
internal sealed partial class BesideQuestions(IGrains grains, ListenerFactory listeners, NodeName self, TimeProvider time, ILogger<BesideQuestions> logger)
{
    private const string Unclear = "There is no client that could be asked: the question belongs to no call.";

    private readonly Dictionary<string, CallHearing> _hearings = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Has the upstream listened to as long as the call runs; null where it must not ask, or asks in the answer to the call.</summary>
    public HeardCall? Hear(UpstreamCall call)
    {
        if (!call.Exchange.IsModern || call.Declared == ClientCapabilities.None || !call.Link.Route.RequiresSession)
        {
            return null;
        }

        var key = call.Connection().ToString();
        lock (_gate)
        {
            if (!_hearings.TryGetValue(key, out var hearing))
            {
                _hearings[key] = hearing = new CallHearing(key);
                hearing.Listener = listeners.Listen(
                    call.Exchange.ToCaller(),
                    new ConnectionWish(key, ImmutableSortedDictionary<string, string>.Empty, Notices: false, Questions: true, OnlyListener: self.Value),
                    new WatchEars(static (_, _) => { }, static (_, _) => { }, (_, question) => Take(hearing, question)));
            }

            hearing.Calls.Add(call);
            return new HeardCall(this, hearing, call, time);
        }
    }

    /// <summary>The call is over.</summary>
    internal async ValueTask LeaveAsync(CallHearing hearing, UpstreamCall call)
    {
        bool isLast;
        lock (_gate)
        {
            hearing.Calls.Remove(call);
            isLast = hearing.Calls.Count == 0 && _hearings.Remove(hearing.Connection);
        }

        foreach (var question in call.Held?.DrainBeside() ?? [])
        {
            await RefuseAsync(hearing, question.Id, McpErrorCode.InvalidRequest, "The call that this belongs to is over.");
        }

        if (isLast)
        {
            await hearing.Listener!.DisposeAsync();
        }
    }

    /// <summary>Only takes note: the connection goes on being drained.</summary>
    private void Take(CallHearing hearing, ReadOnlyMemory<byte> question)
    {
        EnvelopeScanner.Scan(question.Span, out var envelope);
        var id = envelope.Id.Slice(question).ToArray();
        var rawParams = envelope.Params.Slice(question);
        lock (_gate)
        {
            if (hearing.Calls is not [{ Held: { } held } call])
            {
                _ = RefuseAsync(hearing, id, McpErrorCode.MethodNotFound, Unclear);
            }
            else if (QuestionRules.FindRefusal(call.Declared, envelope.Method, rawParams.Span) is { } refusal)
            {
                _ = RefuseAsync(hearing, id, McpErrorCode.MethodNotFound, refusal);
            }
            else if (!held.TryAddBeside(new HeldQuestion(id, envelope.Method, rawParams.ToArray(), Connection(hearing))))
            {
                _ = RefuseAsync(hearing, id, McpErrorCode.LimitExceeded, "Too many questions wait for an answer.");
            }
        }
    }

    private IConnectionGrain Connection(CallHearing hearing) => grains.Get<IConnectionGrain>(hearing.Connection);

    private async Task RefuseAsync(CallHearing hearing, byte[] id, int code, string message)
    {
        using var output = new PooledBuffer(256);
        JsonRpcWriter.WriteError(output, id, code, message);
        try
        {
            await Connection(hearing).RespondAsync(output.WrittenSpan.ToArray());
        }
        catch (Exception exception) when (GrainFailure.IsTransient(exception))
        {
            LogLost(logger, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A question's refusal could not be taken to the connection that asked")]
    private static partial void LogLost(ILogger logger, Exception exception);
}

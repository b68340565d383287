using System.Diagnostics;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Questions;
using McpGateway.Frontend.Sessions;
using McpGateway.Gateway.Upstreams;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Relay;

/// <summary>How an upstream's answer ended.</summary>
/// <param name="Final">The response, which is written for the client and not yet sent; or <see cref="BridgedKind.Invalid"/>.</param>
/// <param name="Failure">Why there is none; set when <paramref name="Final"/> is <see cref="BridgedKind.Dropped"/>.</param>
internal readonly record struct RelayedAnswer(Bridged Final, RelayOutcome Failure)
{
    public static RelayedAnswer Failed(UpstreamFault fault, string detail) => new(default, RelayOutcome.Failed(fault, detail));
}

/// <summary>
/// Reads an upstream's answer to its end: what precedes the response goes to the client at once, questions go their own way, and the
/// response is left to the caller, who knows whether the client gets it or the call is sent once more.
/// </summary>
internal sealed class AnswerRelay(ResponseBridge bridge, UpstreamQuestions questions, IGrains grains, IOptions<McpOptions> options, TimeProvider time)
{
    /// <param name="output">Holds the response as the client shall get it.</param>
    public async ValueTask<RelayedAnswer> ReadAsync(UpstreamCall call, IUpstreamAnswer answer, PooledBuffer output)
    {
        while (true)
        {
            var askedAt = Stopwatch.GetTimestamp();
            var waited = call.Held is null ? TimeSpan.Zero : call.Running.Waited;
            var read = await NextAsync(call, answer);
            call.Timer.Read(askedAt, call.Held is null ? TimeSpan.Zero : call.Running.Waited - waited);
            if (read != ReadOutcome.Message)
            {
                return WithoutMessage(read, answer);
            }

            if (SocketTurn.IsTooLong(answer.Message.Length))
            {
                await SocketTurn.LeaveAsync();
            }

            output.Clear();
            var bridged = bridge.Translate(call, answer.Message.Span, output);
            switch (bridged.Kind)
            {
                case BridgedKind.Response or BridgedKind.InputRequired or BridgedKind.TaskStarted or BridgedKind.TaskNeeded or BridgedKind.Invalid:
                    return new RelayedAnswer(bridged, default);
                case BridgedKind.Progress or BridgedKind.Notification:
                    if (!call.Running.TryPass(output.Length, isProgress: bridged.Kind == BridgedKind.Progress))
                    {
                        return RelayedAnswer.Failed(UpstreamFault.Invalid, $"It sent more than {RunningCall.MaxNotificationBytes} bytes of notifications and no answer.");
                    }

                    await call.Exchange.Reply.NotifyAsync(output.Written);
                    break;
                case BridgedKind.Question:
                    await questions.TakeAsync(call, answer, answer.Message);
                    break;
                case BridgedKind.Withdrawal:
                    await questions.WithdrawAsync(call, answer.Message);
                    break;
                case BridgedKind.ListChanged:
                    await grains.Get<IUpstreamGrain>(call.Link.Route.Id).AnnounceAsync(bridged.ChangedList);
                    break;
                default:
                    break;
            }
        }
    }

    private ValueTask<ReadOutcome> NextAsync(UpstreamCall call, IUpstreamAnswer answer)
    {
        var reading = answer.ReadAsync(call.Running.Stop);
        return reading.IsCompletedSuccessfully && call.Held is null ? reading : WaitAsync(reading.AsTask(), call, answer);
    }

    /// <summary>Waits for something of an upstream's answer; the client hears meanwhile that it is still coming, and what it is asked.</summary>
    /// <param name="answer">Null before it has begun.</param>
    public ValueTask<T> WaitAsync<T>(Task<T> work, UpstreamCall call, IUpstreamAnswer? answer) => call.Held is null
        ? KeepAlive.WhileAsync(work, call.Exchange.Reply, options.Value.KeepAlive, time)
        : WaitHeldAsync(work, call, answer);

    private async ValueTask<T> WaitHeldAsync<T>(Task<T> work, UpstreamCall call, IUpstreamAnswer? answer)
    {
        while (call.Held is { } held && !work.IsCompleted)
        {
            if (held.HasQuestions)
            {
                await AskBeforeAsync(work, held, call, answer);
            }
            else
            {
                await KeepAlive.WhileAsync(Task.WhenAny(work, held.WhenAskedBesideAsync()), call.Exchange.Reply, options.Value.KeepAlive, time);
                held.TakeBeside();
            }
        }

        return await KeepAlive.WhileAsync(work, call.Exchange.Reply, options.Value.KeepAlive, time);
    }

    /// <summary>
    /// A held call has questions. What comes in a moment belongs to the same round; after it the client gets them, and the next message
    /// waits for its answers.
    /// </summary>
    private async ValueTask AskBeforeAsync(Task work, HeldCall held, UpstreamCall call, IUpstreamAnswer? answer)
    {
        try
        {
            await work.WaitAsync(HeldCall.Window, time);
            return;
        }
        catch (TimeoutException) when (!work.IsCompleted)
        {
            // Nothing more for now.
        }

        held.TakeBeside();
        try
        {
            await held.AskAsync(call, answer);
        }
        catch
        {
            // The buffer that is being read into goes back to its pool with the answer.
            call.Running.CancelByClient();
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            throw;
        }
    }

    private RelayedAnswer WithoutMessage(ReadOutcome read, IUpstreamAnswer answer) => read switch
    {
        ReadOutcome.TooLarge => RelayedAnswer.Failed(UpstreamFault.Invalid, $"Its answer is larger than {options.Value.MaxResponseBytes} bytes."),
        ReadOutcome.Failed => new RelayedAnswer(default, answer.Failure),
        _ => RelayedAnswer.Failed(UpstreamFault.Broken, "It closed the connection before it had answered; whether the call ran is not known."),
    };
}

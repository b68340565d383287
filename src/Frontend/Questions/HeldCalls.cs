using System.Collections.Concurrent;
using System.Globalization;
using McpGateway.Abstractions.Nodes;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Nodes;
using McpGateway.Gateway.Hosting;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Frontend.Questions;

/// <summary>The calls that this node holds while modern clients answer questions of legacy upstreams.</summary>
internal sealed partial class HeldCalls(RequestStates states, CarriedReplies carried, NodeName self, TimeProvider time, ILogger<HeldCalls> logger) : INodeMailHandler
{
    /// <summary>A caller's share; each keeps an upstream's answer open.</summary>
    public const int MaxPerCaller = 64;

    private readonly ConcurrentDictionary<long, HeldCall> _calls = new();
    private readonly ConcurrentDictionary<string, int> _perCaller = new(StringComparer.Ordinal);
    private long _lastNumber;

    public IReadOnlyList<NodeMailKind> Kinds { get; } = [NodeMailKind.Retry];

    /// <summary>Begins a call that may be held; null when the caller has too many.</summary>
    public HeldCall? Open(McpExchange exchange)
    {
        var caller = exchange.Caller.Key;
        if (_perCaller.AddOrUpdate(caller, 1, static (_, count) => count + 1) > MaxPerCaller)
        {
            Release(caller);
            return null;
        }

        var call = new HeldCall(Interlocked.Increment(ref _lastNumber), self.Value, exchange, states, time);
        _calls[call.Number] = call;
        return call;
    }

    /// <summary>The call is over.</summary>
    public void Close(HeldCall call)
    {
        _calls.TryRemove(call.Number, out _);
        Release(call.CallerKey);
        call.Dispose();
    }

    /// <summary>Continues a held call of this node with a retry, to the end of the client's turn. False when there is no such call, or that round is over.</summary>
    public async ValueTask<bool> TryResumeAsync(long number, int round, McpExchange exchange)
    {
        if (!_calls.TryGetValue(number, out var call) || !call.TryResume(round, exchange.Detached(call.Turns), exchange.Reply, out var turn))
        {
            return false;
        }

        await turn;
        return true;
    }

    public static NodeMail MailFor(long number, int round, McpExchange exchange) =>
        NodeMail.Of(NodeMailKind.Retry, string.Create(CultureInfo.InvariantCulture, $"{number}/{round}"), exchange.Body.ToArray());

    public void Handle(NodeMail mail) => _ = ServeAsync(mail);

    private Task ServeAsync(NodeMail mail) => carried.ServeAsync(
        mail,
        async reply =>
        {
            if (!TryResume(mail, reply, out var turn))
            {
                return false;
            }

            await turn;
            return true;
        },
        exception => LogFailed(logger, exception));

    private bool TryResume(NodeMail mail, CarriedReply reply, out Task turn)
    {
        turn = Task.CompletedTask;
        var parts = mail.Key.Split('/');
        return parts.Length == 2
            && long.TryParse(parts[0], CultureInfo.InvariantCulture, out var number)
            && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var round)
            && EnvelopeScanner.Scan(mail.Content.Span, out var envelope) == EnvelopeFault.None
            && _calls.TryGetValue(number, out var call)
            && call.TryResume(round, call.Carried(mail.Content, envelope), reply, out turn);
    }

    private void Release(string caller)
    {
        // An entry of zero is taken out, but only as it is: another call of the same caller may just begin.
        if (_perCaller.AddOrUpdate(caller, 0, static (_, count) => count - 1) == 0)
        {
            _perCaller.TryRemove(new KeyValuePair<string, int>(caller, 0));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answer to a retry could not be carried to its client's node")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

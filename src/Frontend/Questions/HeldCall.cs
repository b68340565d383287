using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Telemetry;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Frontend.Questions;

/// <summary>
/// A modern client's call at a legacy upstream that may ask: its requests come and go in turns while the upstream's answer stays open on
/// this node. One relay reads that answer; the rounds of questions are its turns.
/// </summary>
internal sealed class HeldCall(long number, string node, McpExchange first, RequestStates states, TimeProvider time) : IDisposable
{
    /// <summary>Questions that come within this time after one are asked together with it.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(20);

    private const int MaxBeside = 32;

    private const int ContentLength = sizeof(long) + sizeof(int);

    private readonly Lock _gate = new();
    private readonly List<(string Key, HeldQuestion Question)> _open = [];
    private readonly Channel<HeldQuestion> _beside = Channel.CreateBounded<HeldQuestion>(MaxBeside);
    private Task<bool>? _askedBeside;
    private TaskCompletionSource<McpExchange>? _next;
    private int _round;
    private int _lastKey;

    public long Number => number;

    public bool HasQuestions => _open.Count > 0;

    public int Count => _open.Count;

    /// <summary>The reply of the call: whichever request waits at the moment.</summary>
    public ClientTurns Turns { get; } = new();

    /// <summary>The caller to whom every turn belongs.</summary>
    public string CallerKey => first.Caller.Key;

    /// <summary>A retry that was carried here from another node, which has checked that it is the same caller's.</summary>
    public McpExchange Carried(ReadOnlyMemory<byte> body, in Envelope envelope) =>
        new(first.Admission, body, envelope, first.Revision, session: null, Turns) { RequestId = first.RequestId, Clock = CallClock.Now() };

    /// <summary>Reads which call, and which of its rounds, a state stands for.</summary>
    public static (long Number, int Round) Read(ReadOnlySpan<byte> content) => content.Length == ContentLength
        ? (BinaryPrimitives.ReadInt64LittleEndian(content), BinaryPrimitives.ReadInt32LittleEndian(content[sizeof(long)..]))
        : default;

    public void Add(HeldQuestion question) => _open.Add((string.Create(CultureInfo.InvariantCulture, $"q{++_lastKey}"), question));

    /// <summary>Adds a question that did not come in the answer to the call, from any thread. False for one too many.</summary>
    public bool TryAddBeside(HeldQuestion question) => _beside.Writer.TryWrite(question);

    /// <summary>Ends when such a question is there.</summary>
    public Task WhenAskedBesideAsync() => _askedBeside is { IsCompleted: false } ? _askedBeside : _askedBeside = _beside.Reader.WaitToReadAsync().AsTask();

    /// <summary>Makes such questions questions of the call.</summary>
    public void TakeBeside()
    {
        foreach (var question in DrainBeside())
        {
            Add(question);
        }
    }

    /// <summary>Such questions that are not yet the call's.</summary>
    public IEnumerable<HeldQuestion> DrainBeside()
    {
        while (_beside.Reader.TryRead(out var question))
        {
            yield return question;
        }
    }

    /// <summary>The upstream withdrew the question with this id.</summary>
    public void Withdraw(string id) => _open.RemoveAll(open => string.Equals(Encoding.UTF8.GetString(open.Question.Id), id, StringComparison.Ordinal));

    /// <summary>Ends the client's turn with the open questions, waits for its next one, and takes the answers to the upstream.</summary>
    /// <param name="answer">Null before it has begun: then all questions came beside it.</param>
    /// <exception cref="OperationCanceledException">The client did not come back in time, or the call was stopped.</exception>
    public async ValueTask AskAsync(UpstreamCall call, IUpstreamAnswer? answer)
    {
        try
        {
            await RespondAsync(answer, await GetAnswersAsync(call));
        }
        catch (OperationCanceledException)
        {
            await RespondAsync(answer, answers: null);
            throw;
        }
    }

    private async ValueTask<Dictionary<string, byte[]>> GetAnswersAsync(UpstreamCall call)
    {
        Dictionary<string, byte[]>? answers;
        do
        {
            var next = Expect(out var round);
            await WriteQuestionsAsync(call.Exchange, round);
            call.Running.BeginWait(states.Lifetime);
            try
            {
                call.Exchange = await WaitAsync(next, call.Running.Stop);
            }
            finally
            {
                call.Running.EndWait();
            }
        }
        while ((answers = ReadAnswers(call.Exchange)) is null);

        return answers;
    }

    /// <summary>Takes the answers to the upstream; without any it is told that there will be none.</summary>
    private async ValueTask RespondAsync(IUpstreamAnswer? answer, Dictionary<string, byte[]>? answers)
    {
        foreach (var (key, question) in _open)
        {
            using var response = new PooledBuffer();
            if (answers is null)
            {
                JsonRpcWriter.WriteError(response, question.Id, McpErrorCode.UpstreamTimeout, "The client did not answer.");
            }
            else
            {
                JsonRpcWriter.WriteResult(response, question.Id, answers[key]);
            }

            await (question.Connection is { } connection ? connection.RespondAsync(response.WrittenSpan.ToArray()) : answer!.RespondAsync(response.Written));
        }

        _open.Clear();
    }

    /// <summary>Gives the next turn to a retry. False when it answers a round that was answered before, or the call is over.</summary>
    /// <param name="exchange">Stays valid beyond its request; its reply is this call's turns.</param>
    /// <param name="turn">Ends with the turn.</param>
    public bool TryResume(int round, McpExchange exchange, IReply reply, out Task turn)
    {
        TaskCompletionSource<McpExchange> next;
        lock (_gate)
        {
            if (_next is null || round != _round)
            {
                turn = Task.CompletedTask;
                return false;
            }

            (next, _next) = (_next, null);
        }

        // Whoever waits for it goes on waiting from here: see WaitAsync.
        turn = Turns.Begin(reply);
        next.SetResult(exchange);
        return true;
    }

    /// <summary>The call is over: no turn follows.</summary>
    public void Dispose()
    {
        TryClose();
        Turns.Dispose();
    }

    private Task<McpExchange> Expect(out int round)
    {
        lock (_gate)
        {
            round = ++_round;
            _next = new TaskCompletionSource<McpExchange>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _next.Task;
        }
    }

    private async Task<McpExchange> WaitAsync(Task<McpExchange> next, CancellationToken stop)
    {
        try
        {
            return await next.WaitAsync(states.Lifetime, time, stop);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // A retry that came at the last moment has been accepted, and will be answered.
            return TryClose() ? throw new OperationCanceledException("The client did not answer.", exception) : await next;
        }
    }

    /// <summary>Lets no retry in any more; false when one got in before.</summary>
    private bool TryClose()
    {
        lock (_gate)
        {
            var wasOpen = _next is not null;
            _next = null;
            return wasOpen;
        }
    }

    private ValueTask WriteQuestionsAsync(McpExchange exchange, int round)
    {
        var content = new byte[ContentLength];
        BinaryPrimitives.WriteInt64LittleEndian(content, number);
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(sizeof(long)), round);
        var state = states.Write(exchange, new RequestState(RequestStateKind.Held, node, content));
        return exchange.SucceedAsync(
            static (output, round) =>
            {
                output.Write("{\"resultType\":\"input_required\",\"inputRequests\":"u8);
                InputRequests.Write(output, round._open.Select(static open => new InputRequest(open.Key, open.Question.Method, open.Question.RawParams)));
                output.Write(",\"requestState\":"u8);
                output.Write(round.state);
                ModernResult.WriteMeta(output, round.exchange);
                output.Write("}"u8);
            },
            (_open, state, exchange));
    }

    /// <summary>The answers by key; null when one is missing or is none, and the client has to be asked again.</summary>
    private Dictionary<string, byte[]>? ReadAnswers(McpExchange exchange)
    {
        var answers = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (exchange.Envelope.InputResponses.IsPresent)
        {
            var reader = new Utf8JsonReader(exchange.Slice(exchange.Envelope.InputResponses));
            using var given = JsonDocument.ParseValue(ref reader);
            foreach (var (key, _) in _open)
            {
                if (given.RootElement.ValueKind == JsonValueKind.Object
                    && given.RootElement.TryGetProperty(key, out var value)
                    && value.ValueKind == JsonValueKind.Object)
                {
                    answers[key] = JsonMarshal.GetRawUtf8Value(value).ToArray();
                }
            }
        }

        return answers.Count == _open.Count ? answers : null;
    }
}

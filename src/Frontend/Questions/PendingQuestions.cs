using System.Collections.Concurrent;
using System.Globalization;
using McpGateway.Abstractions.Nodes;
using McpGateway.Frontend.Nodes;

namespace McpGateway.Frontend.Questions;

/// <summary>The questions of this node that wait for an answer.</summary>
internal sealed class PendingQuestions : INodeMailHandler
{
    // Each holds a call open; far more than clients that answer ever have.
    private const int Capacity = 20_000;

    private readonly ConcurrentDictionary<long, PendingQuestion> _waiting = new();
    private long _lastNumber;

    public IReadOnlyList<NodeMailKind> Kinds { get; } = [NodeMailKind.Answer];

    /// <summary>Opens a question; null when too many wait already.</summary>
    /// <param name="makeId">The id that the client gets, from the question's number.</param>
    public PendingQuestion? Open(Func<long, byte[]> makeId)
    {
        if (_waiting.Count >= Capacity)
        {
            return null;
        }

        var number = Interlocked.Increment(ref _lastNumber);
        return _waiting[number] = new PendingQuestion(number, makeId(number));
    }

    /// <summary>True while the question waits for its answer.</summary>
    public bool IsOpen(long number) => _waiting.ContainsKey(number);

    /// <summary>The question is over, answered or not.</summary>
    public void Close(PendingQuestion question)
    {
        _waiting.TryRemove(question.Number, out _);
        question.Withdraw();
    }

    /// <summary>Takes an answer. One that nobody waits for, because it is late or the second one, changes nothing.</summary>
    /// <param name="response">A JSON-RPC response; kept.</param>
    public void Answer(long number, ReadOnlyMemory<byte> response)
    {
        if (_waiting.TryRemove(number, out var question))
        {
            question.TryAnswer(response);
        }
    }

    public void Handle(NodeMail mail)
    {
        if (long.TryParse(mail.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            Answer(number, mail.Content);
        }
    }
}

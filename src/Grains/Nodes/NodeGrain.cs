using System.Runtime.CompilerServices;
using System.Threading.Channels;
using McpGateway.Abstractions.Nodes;
using McpGateway.Grains.Seam;

namespace McpGateway.Grains.Nodes;

/// <summary>Keeps the latest mail for a reader whose stream broke. Memory only: what it carries is worthless once the node is gone.</summary>
internal sealed class NodeGrain : GatewayGrain, INodeGrain
{
    private const int MaxKept = 1024;
    private const int MaxKeptBytes = 32 * 1024 * 1024;

    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_keep = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly Queue<(NodeMail Mail, long PostedAt)> _kept = new();
    private Channel<NodeMail>? _reader;
    private TaskCompletionSource _arrival = NewArrival();
    private long _lastNumber;
    private int _keptBytes;

    public async IAsyncEnumerable<NodeMail> ReceiveAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // No await until the reader is in place: what is posted from here on goes through it.
        _reader?.Writer.TryComplete();
        var reader = _reader = Channel.CreateBounded<NodeMail>(new BoundedChannelOptions(2 * MaxKept) { SingleReader = true });
        foreach (var (mail, _) in _kept)
        {
            if (mail.Number > after)
            {
                reader.Writer.TryWrite(mail);
            }
        }

        _arrival.TrySetResult();
        try
        {
            await foreach (var mail in reader.Reader.ReadAllAsync(cancellationToken))
            {
                yield return mail;
            }
        }
        finally
        {
            if (_reader == reader)
            {
                _reader = null;
                _arrival = NewArrival();
            }
        }
    }

    public async ValueTask<bool> PostAsync(NodeMail mail, CancellationToken cancellationToken)
    {
        Prune();
        if (_reader is null && !await ArrivesAsync(cancellationToken))
        {
            return false;
        }

        if (_kept.Count >= MaxKept || _keptBytes + mail.Content.Length > MaxKeptBytes)
        {
            return false;
        }

        var numbered = mail with { Number = ++_lastNumber };
        _kept.Enqueue((numbered, Time.GetTimestamp()));
        _keptBytes += mail.Content.Length;

        // A reader that left meanwhile finds it among the kept ones when it comes back.
        if (_reader?.Writer.TryWrite(numbered) == false)
        {
            _reader.Writer.TryComplete();
        }

        return true;
    }

    protected override Task ActivateAsync(CancellationToken cancellationToken)
    {
        // Numbers of a later activation are larger than those of an earlier one, whatever a reader has seen of it.
        _lastNumber = Time.GetUtcNow().UtcTicks;
        RegisterTimer(BeatAsync, s_heartbeat, s_heartbeat);
        return Task.CompletedTask;
    }

    private static TaskCompletionSource NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<bool> ArrivesAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _arrival.Task.WaitAsync(s_patience, Time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private Task BeatAsync(CancellationToken cancellationToken)
    {
        Prune();
        _reader?.Writer.TryWrite(new NodeMail(_lastNumber, NodeMailKind.Heartbeat, "", default, null));
        return Task.CompletedTask;
    }

    private void Prune()
    {
        while (_kept.TryPeek(out var oldest) && Time.GetElapsedTime(oldest.PostedAt) > s_keep)
        {
            _kept.Dequeue();
            _keptBytes -= oldest.Mail.Content.Length;
        }
    }
}

namespace McpGateway.Frontend.Sessions;

/// <summary>
/// Messages on their way to a client's event stream, numbered, of which the latest are kept: a client whose connection broke reads on
/// where it was (spec 2025-11-25, transports: resumability). Bounded: a client that does not read loses its stream, not our memory.
/// </summary>
/// <param name="id">Names the stream in event ids; null for one that cannot be resumed.</param>
internal sealed class EventStream(string? id)
{
    private const int MaxKept = 256;
    private const int MaxKeptBytes = 4 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<StreamEvent> _kept = new();
    private TaskCompletionSource _changed = NewSignal();
    private long _lastNumber;
    private long _readNumber;
    private int _keptBytes;
    private bool _ended;

    public string? Id => id;

    /// <summary>It is the answer to a request; else the general stream of a session.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>How many messages the client has not read yet.</summary>
    public int Backlog
    {
        get
        {
            lock (_gate)
            {
                return (int)(_lastNumber - _readNumber);
            }
        }
    }

    public bool IsEnded
    {
        get
        {
            lock (_gate)
            {
                return _ended;
            }
        }
    }

    public int KeptBytes
    {
        get
        {
            lock (_gate)
            {
                return _keptBytes;
            }
        }
    }

    /// <summary>What can still be read.</summary>
    public IReadOnlyList<StreamEvent> Kept
    {
        get
        {
            lock (_gate)
            {
                return [.. _kept];
            }
        }
    }

    /// <summary>When the answer was complete or, of a general stream, its client lost; as a timestamp. Null before.</summary>
    public long? EndedAt { get; set; }

    /// <summary>The client lost the connection before the end.</summary>
    public bool IsMissed { get; set; }

    /// <summary>The id of an event, as it goes out; null for a stream that cannot be resumed.</summary>
    public string? EventId(long number) => id is null ? null : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{id}-{number}");

    /// <summary>Puts a message in line. False when the stream has ended.</summary>
    /// <param name="message">Kept: not rented memory.</param>
    public bool TrySend(ReadOnlyMemory<byte> message) => Append(message) > 0;

    /// <summary>As <see cref="TrySend"/>; gives the event's number, or 0.</summary>
    public long Append(ReadOnlyMemory<byte> message)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return 0;
            }

            _kept.Enqueue(new StreamEvent(++_lastNumber, message));
            _keptBytes += message.Length;

            // The newest stays whatever its size: it may be the response.
            while (_kept.Count > MaxKept || (_keptBytes > MaxKeptBytes && _kept.Count > 1))
            {
                _keptBytes -= _kept.Dequeue().Message.Length;
            }

            Signal();
            return _lastNumber;
        }
    }

    /// <summary>Nothing follows. What is kept can still be read.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _ended = true;
            Signal();
        }
    }

    /// <summary>
    /// The events after a number, as soon as there are any; empty at the end of the stream, or when some were dropped because the reader is
    /// too slow. A reader that comes for the first time gets what is left.
    /// </summary>
    /// <param name="atMost">How long to wait: null when there was nothing.</param>
    public async ValueTask<IReadOnlyList<StreamEvent>?> ReadAsync(
        long after, bool isFirst, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                _readNumber = Math.Max(_readNumber, after);
                if (_lastNumber > after)
                {
                    return isFirst || _kept.Peek().Number <= after + 1 ? [.. _kept.Where(kept => kept.Number > after)] : [];
                }

                if (_ended)
                {
                    return [];
                }

                changed = _changed.Task;
            }

            // Nothing is thrown for a time that has run out: quiet streams do nothing else.
            await changed.WaitAsync(atMost, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            cancellationToken.ThrowIfCancellationRequested();
            if (!changed.IsCompleted)
            {
                return null;
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }
}

/// <summary>A message of a stream and its place in it.</summary>
internal readonly record struct StreamEvent(long Number, ReadOnlyMemory<byte> Message);

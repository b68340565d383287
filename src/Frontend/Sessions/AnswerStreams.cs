namespace McpGateway.Frontend.Sessions;

/// <summary>
/// The event streams of one session's answers: those that are being written and, for a while, those whose client may come back for what
/// it missed.
/// </summary>
internal sealed class AnswerStreams(string sessionKey, KeptAnswers kept, TimeProvider time)
{
    // What a client that lost its connection may come back for.
    private const int MaxStreams = 32;

    // A client that has the answer may still have lost its last bytes; one that is known to have left needs time to come back.
    private static readonly TimeSpan s_untilDropped = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_untilMissedIsDropped = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, EventStream> _streams = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _streams.Count == 0;
            }
        }
    }

    public EventStream Open()
    {
        var stream = new EventStream(StreamIds.Next()) { IsAnswer = true };
        lock (_gate)
        {
            _streams[stream.Id!] = stream;
        }

        return stream;
    }

    /// <summary>The answer is complete; what its client may have missed stays for a while, as far as there is room.</summary>
    /// <param name="hasLeft">The client is known to have lost the connection: the session's grain shall keep it.</param>
    public void End(EventStream stream, bool hasLeft)
    {
        lock (_gate)
        {
            if (!_streams.ContainsKey(stream.Id!))
            {
                return; // The session ended meanwhile.
            }

            if (_streams.Count > MaxStreams || !kept.Room.TryTake(stream.KeptBytes))
            {
                _streams.Remove(stream.Id!);
                return;
            }

            stream.EndedAt = time.GetTimestamp();
            stream.IsMissed = hasLeft;
        }

        if (hasLeft || kept.IsDraining)
        {
            _ = kept.HandOverAsync(sessionKey, stream, Forget);
        }
    }

    public EventStream? Find(string id)
    {
        lock (_gate)
        {
            return _streams.GetValueOrDefault(id);
        }
    }

    /// <summary>Has the session's grain keep whatever is complete.</summary>
    public Task HandOverAsync() => Task.WhenAll(All().Where(static stream => stream.EndedAt is not null).Select(ended => kept.HandOverAsync(sessionKey, ended, Forget)));

    /// <summary>Forgets what no client came back for.</summary>
    public void DropOld()
    {
        foreach (var stream in All())
        {
            if (stream.EndedAt is { } ended && time.GetElapsedTime(ended) > (stream.IsMissed ? s_untilMissedIsDropped : s_untilDropped))
            {
                Forget(stream);
            }
        }
    }

    public void Clear()
    {
        foreach (var stream in All())
        {
            Forget(stream);
        }
    }

    private EventStream[] All()
    {
        lock (_gate)
        {
            return [.. _streams.Values];
        }
    }

    private void Forget(EventStream stream)
    {
        lock (_gate)
        {
            if (_streams.Remove(stream.Id!) && stream.EndedAt is not null)
            {
                kept.Room.GiveBack(stream.KeptBytes);
            }
        }
    }
}

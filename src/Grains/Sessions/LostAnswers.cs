using McpGateway.Abstractions.Sessions;

namespace McpGateway.Grains.Sessions;

/// <summary>What one session's client has lost of answers and may come back for: bounded in number, bytes and time.</summary>
internal sealed class LostAnswers(LostAnswerRoom room)
{
    private static readonly TimeSpan s_untilDropped = TimeSpan.FromMinutes(5);

    // The oldest first.
    private readonly List<Kept> _kept = [];
    private long _bytes;

    public bool IsEmpty => _kept.Count == 0;

    /// <summary>False when it is too large, or the process keeps too many already.</summary>
    public bool TryKeep(LostAnswer answer, DateTimeOffset now)
    {
        var bytes = answer.Events.Sum(static lost => (long)lost.Message.Length);
        if (bytes > ISessionGrain.MaxLostBytes)
        {
            return false;
        }

        // A node that did not hear whether it was kept sends it again.
        DropWhere(kept => kept.Answer.Stream == answer.Stream);
        while (_kept.Count >= ISessionGrain.MaxLostAnswers || _bytes + bytes > ISessionGrain.MaxLostBytes)
        {
            Drop(0);
        }

        if (!room.Bytes.TryTake(bytes))
        {
            return false;
        }

        _bytes += bytes;
        _kept.Add(new Kept(answer, bytes, now));
        return true;
    }

    public LostAnswer? Find(string stream) => _kept.Find(kept => kept.Answer.Stream == stream)?.Answer;

    /// <summary>Forgets what nobody came back for.</summary>
    public void DropOld(DateTimeOffset now) => DropWhere(kept => now - kept.Since >= s_untilDropped);

    public void Clear() => DropWhere(static _ => true);

    private void DropWhere(Predicate<Kept> isGone)
    {
        for (var i = _kept.Count - 1; i >= 0; i--)
        {
            if (isGone(_kept[i]))
            {
                Drop(i);
            }
        }
    }

    private void Drop(int index)
    {
        var kept = _kept[index];
        _kept.RemoveAt(index);
        _bytes -= kept.Bytes;
        room.Bytes.GiveBack(kept.Bytes);
    }

    private sealed record Kept(LostAnswer Answer, long Bytes, DateTimeOffset Since);
}

namespace McpGateway.Protocol.JsonRpc;

/// <summary>Bytes pushed at the end and taken from the front, in one rented block that is given back whenever it is empty.</summary>
internal struct PushBuffer
{
    private const int MinimumBlock = 4096;

    // A message that outgrows this is a large one: doubling its block three times would copy it as often.
    private const int LargestSmallBlock = 16 * 1024;

    private byte[]? _block;
    private int _start;
    private int _end;

    public readonly int Length => _end - _start;

    public readonly ReadOnlySpan<byte> Unread => _block.AsSpan(_start, _end - _start);

    /// <summary>The memory of bytes in the block.</summary>
    public readonly ReadOnlyMemory<byte> MemoryOf(ReadOnlySpan<byte> part) =>
        _block.AsSpan().Overlaps(part, out var start) ? _block.AsMemory(start, part.Length) : default;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetMemory(bytes.Length).Span);
        _end += bytes.Length;
    }

    /// <summary>Room for at least so many bytes after the unread ones.</summary>
    public Memory<byte> GetMemory(int sizeHint)
    {
        var wanted = Math.Max(sizeHint, 1);
        if (_block is null)
        {
            _block = BlockPool.Rent(Math.Max(wanted, MinimumBlock));
        }
        else if (_block.Length - _end < wanted)
        {
            Compact(wanted);
        }

        return _block.AsMemory(_end);
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, (_block?.Length ?? 0) - _end);
        _end += count;
    }

    /// <summary>Takes bytes from the front. Spans over them stay valid until the next call of another method than <see cref="Consume"/>.</summary>
    public void Consume(int count) => _start += count;

    /// <summary>Gives the block back if everything was taken.</summary>
    public void ReleaseIfEmpty()
    {
        if (_start == _end)
        {
            Release();
        }
    }

    public void Release()
    {
        if (_block is not null)
        {
            BlockPool.Return(_block);
        }

        _block = null;
        _start = _end = 0;
    }

    private void Compact(int wanted)
    {
        var unread = Unread;
        if (_block!.Length - unread.Length >= wanted && _start >= unread.Length)
        {
            unread.CopyTo(_block);
        }
        else
        {
            // At least double, so that a large event that comes in small chunks is copied a few times only.
            var next = _block.Length < LargestSmallBlock ? _block.Length * 2 : Math.Max(_block.Length * 2, BlockPool.Large);
            var larger = BlockPool.Rent(Math.Max(unread.Length + wanted, next));
            unread.CopyTo(larger);
            BlockPool.Return(_block);
            _block = larger;
        }

        _end -= _start;
        _start = 0;
    }
}

using System.Buffers;

namespace McpGateway.Protocol.JsonRpc;

/// <summary>Edits of one message, kept in the order of the text and applied while it is copied (protocol.md 3.5).</summary>
/// <remarks>
/// <para>Get one with <see cref="Rent"/> and dispose it, so that buffers are reused; after that it must not be touched. Not thread-safe.</para>
/// <para>It is also an <see cref="IBufferWriter{T}"/>: a replacement is written between <see cref="Begin"/> and <see cref="End"/> without
/// an array of its own.</para>
/// </remarks>
public sealed class SpliceList : IBufferWriter<byte>, IDisposable
{
    private const int InitialScratch = 512;
    private const int KeptScratch = 64 * 1024;

    [ThreadStatic]
    private static SpliceList? s_idle;

    private Edit[] _edits = new Edit[8];
    private byte[] _scratch = [];
    private int _scratchLength;
    private int _begun = -1;
    private bool _isRented;

    private SpliceList()
    {
    }

    /// <summary>How many edits there are.</summary>
    public int Count { get; private set; }

    /// <summary>An empty list.</summary>
    public static SpliceList Rent()
    {
        var list = s_idle ?? new SpliceList();
        s_idle = null;
        list._isRented = true;
        return list;
    }

    /// <summary>Replaces a range; the replacement is kept by reference and must stay unchanged until the edits are applied.</summary>
    /// <param name="at">What goes; a length of 0 inserts before <see cref="ByteRange.Start"/>.</param>
    /// <param name="replacement">What comes; may be empty.</param>
    /// <exception cref="ArgumentException">The range overlaps that of another edit.</exception>
    public void Add(ByteRange at, ReadOnlyMemory<byte> replacement) => Insert(new Edit(at, replacement, 0, 0));

    /// <summary>Replaces a range; the replacement is copied.</summary>
    /// <inheritdoc cref="Add(ByteRange, ReadOnlyMemory{byte})"/>
    public void AddCopy(ByteRange at, ReadOnlySpan<byte> replacement)
    {
        Begin();
        this.Write(replacement);
        End(at);
    }

    /// <summary>Starts a replacement that is written into this list.</summary>
    public void Begin() => _begun = _scratchLength;

    /// <summary>Ends the replacement begun last and says what it replaces.</summary>
    /// <inheritdoc cref="Add(ByteRange, ReadOnlyMemory{byte})"/>
    /// <exception cref="InvalidOperationException">Nothing was begun.</exception>
    public void End(ByteRange at)
    {
        if (_begun < 0)
        {
            throw new InvalidOperationException("No replacement was begun.");
        }

        var start = _begun;
        _begun = -1;
        Insert(new Edit(at, default, start, _scratchLength - start));
    }

    /// <summary>Length of the message after the edits.</summary>
    public int Length(ReadOnlySpan<byte> source)
    {
        var length = source.Length;
        foreach (ref readonly var edit in _edits.AsSpan(0, Count))
        {
            length += edit.External.Length + edit.ScratchLength - edit.At.Length;
        }

        return length;
    }

    /// <summary>Writes the edited message.</summary>
    public void ApplyTo(ReadOnlySpan<byte> source, IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Advance(ApplyTo(source, writer.GetSpan(Length(source))));
    }

    /// <summary>Writes the edited message into a buffer of at least <see cref="Length"/> bytes.</summary>
    /// <returns>Bytes written.</returns>
    public int ApplyTo(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var rest = destination;
        var position = 0;
        foreach (ref readonly var edit in _edits.AsSpan(0, Count))
        {
            Put(source[position..edit.At.Start], ref rest);
            Put(edit.External.Span, ref rest);
            Put(_scratch.AsSpan(edit.ScratchStart, edit.ScratchLength), ref rest);
            position = edit.At.End;
        }

        Put(source[position..], ref rest);
        return destination.Length - rest.Length;
    }

    /// <summary>The edited message as a new array.</summary>
    public byte[] ToArray(ReadOnlySpan<byte> source)
    {
        var result = GC.AllocateUninitializedArray<byte>(Length(source));
        ApplyTo(source, result);
        return result;
    }

    /// <summary>Forgets all edits.</summary>
    public void Clear()
    {
        Array.Clear(_edits, 0, Count);
        Count = 0;
        _scratchLength = 0;
        _begun = -1;
    }

    /// <summary>Gives the list back. A second call does nothing, lest two callers get the same list.</summary>
    public void Dispose()
    {
        if (!_isRented)
        {
            return;
        }

        _isRented = false;
        Clear();
        if (_scratch.Length > KeptScratch)
        {
            ArrayPool<byte>.Shared.Return(_scratch);
            _scratch = [];
        }

        s_idle = this;
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _scratch.Length - _scratchLength);
        _scratchLength += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _scratch.AsMemory(_scratchLength);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _scratch.AsSpan(_scratchLength);
    }

    private static void Put(ReadOnlySpan<byte> part, ref Span<byte> rest)
    {
        part.CopyTo(rest);
        rest = rest[part.Length..];
    }

    private void Insert(Edit edit)
    {
        // Few edits, mostly in order: insertion sort. At one position insertions stay in the order in which they were made, before a replacement.
        var index = Count;
        while (index > 0 && IsBefore(edit.At, _edits[index - 1].At))
        {
            index--;
        }

        if ((index > 0 && _edits[index - 1].At.End > edit.At.Start)
            || (index < Count && edit.At.End > _edits[index].At.Start))
        {
            throw new ArgumentException("The edit overlaps another one.", nameof(edit));
        }

        if (Count == _edits.Length)
        {
            Array.Resize(ref _edits, Count * 2);
        }

        Array.Copy(_edits, index, _edits, index + 1, Count - index);
        _edits[index] = edit;
        Count++;
    }

    private static bool IsBefore(ByteRange one, ByteRange other) =>
        one.Start < other.Start || (one.Start == other.Start && one.Length == 0 && other.Length > 0);

    private void Reserve(int sizeHint)
    {
        var needed = _scratchLength + Math.Max(sizeHint, 1);
        if (needed <= _scratch.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(InitialScratch, _scratch.Length * 2)));
        _scratch.AsSpan(0, _scratchLength).CopyTo(larger);
        if (_scratch.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_scratch);
        }

        _scratch = larger;
    }

    private readonly record struct Edit(ByteRange At, ReadOnlyMemory<byte> External, int ScratchStart, int ScratchLength);
}

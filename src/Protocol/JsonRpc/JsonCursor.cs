using System.Text.Json;

namespace McpGateway.Protocol.JsonRpc;

/// <summary>Walks the members of objects and hands out their ranges. A reader without DOM, allocation or recursion.</summary>
/// <remarks>The reader's own depth limit is off, because it would end the pass before the id is known; a level costs it one bit.</remarks>
internal ref struct JsonCursor
{
    private readonly Span<byte> _scratch;
    private Utf8JsonReader _reader;

    /// <param name="utf8">The text.</param>
    /// <param name="scratch">Room for one unescaped key; longer keys that are escaped read as empty.</param>
    public JsonCursor(ReadOnlySpan<byte> utf8, Span<byte> scratch)
    {
        _scratch = scratch;
        _reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = int.MaxValue });
    }

    public readonly JsonTokenType TokenType => _reader.TokenType;

    public readonly bool ValueIsEscaped => _reader.ValueIsEscaped;

    /// <summary>Raw text of the current scalar; of a string without its quotes.</summary>
    public readonly ReadOnlySpan<byte> ValueSpan => _reader.ValueSpan;

    /// <summary>Something was nested deeper than <see cref="EnvelopeScanner.MaxDepth"/>.</summary>
    public bool IsTooDeep { get; private set; }

    /// <summary>Moves to the next token and answers where it starts.</summary>
    /// <exception cref="JsonException">The text is not one JSON value.</exception>
    public int Next()
    {
        _reader.Read();
        return (int)_reader.TokenStartIndex;
    }

    /// <summary>Moves to the next member's name; false at the end of the object.</summary>
    /// <param name="key">The unescaped name, valid until the next call.</param>
    public bool NextKey(out ReadOnlySpan<byte> key)
    {
        _reader.Read();
        if (_reader.TokenType is not JsonTokenType.PropertyName)
        {
            key = default;
            return false;
        }

        key = _reader.ValueSpan;
        if (_reader.ValueIsEscaped)
        {
            key = key.Length > _scratch.Length ? default : _scratch[..JsonStringBytes.DecodeInner(key, _scratch)];
        }

        return true;
    }

    /// <summary>The value that follows, skipping what is inside.</summary>
    public ByteRange ReadValue()
    {
        var start = Next();
        SkipRest();
        return RangeFrom(start);
    }

    /// <summary>From a start to the end of the current token.</summary>
    public readonly ByteRange RangeFrom(int start) => new(start, (int)_reader.BytesConsumed - start);

    /// <summary>At the start of an object or array: moves to its end.</summary>
    public void SkipRest()
    {
        if (_reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }

        var depth = _reader.CurrentDepth;
        var deepest = depth;
        do
        {
            _reader.Read();
            deepest = Math.Max(deepest, _reader.CurrentDepth);
        }
        while (_reader.CurrentDepth > depth);
        IsTooDeep |= deepest >= EnvelopeScanner.MaxDepth;
    }
}

using System.Text.Json;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.JsonRpc;

/// <summary>One pass of <see cref="EnvelopeScanner"/>. It goes on after a fault, because the id may come later.</summary>
internal ref struct EnvelopePass
{
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly Span<byte> _scratch;
    private Utf8JsonReader _reader;
    private Envelope _envelope;
    private EnvelopeFault _fault;
    private string? _ambiguousInParams;

    /// <param name="utf8">The message.</param>
    /// <param name="scratch"><see cref="RoutedKeys.ScratchLength"/> bytes for one unescaped key.</param>
    public EnvelopePass(ReadOnlySpan<byte> utf8, Span<byte> scratch)
    {
        _utf8 = utf8;
        _scratch = scratch;

        // The reader's own depth limit would end the pass before the id is known. It does not recurse, so that depth costs a bit each.
        _reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = int.MaxValue });
    }

    /// <exception cref="JsonException">The bytes are not one JSON value.</exception>
    public EnvelopeFault Run(out Envelope envelope)
    {
        _reader.Read();
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                ReadMessage();
                break;
            case JsonTokenType.StartArray:
                SkipValue();
                _fault = EnvelopeFault.Batch;
                break;
            default:
                _fault = EnvelopeFault.NotAnObject;
                break;
        }

        _reader.Read(); // throws when something follows
        if (_fault is EnvelopeFault.None)
        {
            Fail(EnvelopeRules.Check(_utf8, ref _envelope), null);
        }

        if (_fault is EnvelopeFault.None && _ambiguousInParams is not null && _envelope.Method is not McpMethod.Unknown)
        {
            Fail(EnvelopeFault.AmbiguousKey, _ambiguousInParams);
        }

        envelope = _envelope;
        return _fault;
    }

    private void ReadMessage()
    {
        var seen = 0u;
        while (NextKey(out var key))
        {
            var which = RoutedKeys.FindTop(key);
            if (!IsFirst(which, ref seen, RoutedKeys.Top))
            {
                SkipNext();
                continue;
            }

            switch (which)
            {
                case RoutedKeys.JsonRpc: ReadJsonRpc(); break;
                case RoutedKeys.Id: ReadId(); break;
                case RoutedKeys.Method: ReadMethod(); break;
                case RoutedKeys.Params: ReadParams(); break;
                case RoutedKeys.Result: _envelope.Result = ReadValue(); break;
                case RoutedKeys.Error: ReadError(); break;
                default:
                    if (RoutedKeys.FindIgnoringCase(key, RoutedKeys.Top, 0) is var like and >= 0)
                    {
                        Fail(EnvelopeFault.AmbiguousKey, RoutedKeys.Top[like]);
                    }

                    SkipNext();
                    break;
            }
        }

        if ((seen & (1u << RoutedKeys.JsonRpc)) == 0)
        {
            Fail(EnvelopeFault.MissingJsonRpc, "jsonrpc");
        }
    }

    private void ReadJsonRpc()
    {
        var value = ReadValue();
        if (!value.IsString(_utf8) || !JsonStringBytes.TextEquals(value.Slice(_utf8), "2.0"u8))
        {
            Fail(EnvelopeFault.WrongJsonRpc, "jsonrpc");
        }
    }

    private void ReadId()
    {
        var value = ReadValue();
        _envelope.IdKind = _reader.TokenType switch
        {
            JsonTokenType.String => IdKind.String,
            JsonTokenType.Number => IdKind.Number,
            _ => IdKind.None,
        };

        if (_envelope.IdKind is not IdKind.None)
        {
            _envelope.Id = value;
        }
        else if (_reader.TokenType is JsonTokenType.Null)
        {
            _envelope.HasNullId = true; // legal in an error response only, which is not known yet
        }
        else
        {
            Fail(EnvelopeFault.BadIdType, "id");
        }
    }

    private void ReadMethod()
    {
        var value = ReadValue();
        if (_reader.TokenType is not JsonTokenType.String)
        {
            Fail(EnvelopeFault.MethodNotString, "method");
            return;
        }

        _envelope.MethodName = value;
        if (!_reader.ValueIsEscaped)
        {
            _envelope.Method = McpMethods.Find(_reader.ValueSpan);
        }
        else if (value.Length <= 6 * McpMethods.LongestName + 2)
        {
            Span<byte> name = stackalloc byte[value.Length];
            _envelope.Method = McpMethods.Find(name[..JsonStringBytes.Decode(value.Slice(_utf8), name)]);
        }
    }

    private void ReadError()
    {
        var value = ReadValue();
        if (value.IsObject(_utf8))
        {
            _envelope.Error = value;
        }
        else if (!value.IsNull(_utf8)) // some write "error":null beside a result
        {
            Fail(EnvelopeFault.ErrorNotObject, "error");
        }
    }

    private void ReadParams()
    {
        var start = StartOfNext();
        if (_reader.TokenType is not JsonTokenType.StartObject)
        {
            SkipValue();
            Fail(EnvelopeFault.ParamsNotObject, "params");
            return;
        }

        var seen = 0u;
        while (NextKey(out var key))
        {
            var which = RoutedKeys.FindInParams(key);
            if (!IsFirst(which, ref seen, RoutedKeys.OfParams))
            {
                SkipNext();
                continue;
            }

            if (which is RoutedKeys.None && RoutedKeys.FindIgnoringCase(key, RoutedKeys.OfParams, "params.".Length) is var like and >= 0)
            {
                _ambiguousInParams ??= RoutedKeys.OfParams[like];
            }

            ReadParam(which);
        }

        _envelope.Params = RangeFrom(start);
    }

    private void ReadParam(int which)
    {
        switch (which)
        {
            case RoutedKeys.Name: _envelope.Name = ReadValue(); break;
            case RoutedKeys.Uri: _envelope.Uri = ReadValue(); break;
            case RoutedKeys.Arguments: _envelope.Arguments = ReadValue(); break;
            case RoutedKeys.Meta: ReadMeta(); break;
            case RoutedKeys.Cursor:
                var cursor = ReadValue();
                _envelope.Cursor = cursor.IsNull(_utf8) ? default : cursor;
                break;
            case RoutedKeys.Ref: ReadRef(); break;
            case RoutedKeys.Level: _envelope.Level = ReadValue(); break;
            case RoutedKeys.Task: _envelope.Task = ReadValue(); break;
            case RoutedKeys.TaskId: _envelope.TaskId = ReadValue(); break;
            case RoutedKeys.Notifications: _envelope.Notifications = ReadValue(); break;
            case RoutedKeys.RequestId: _envelope.RequestId = ReadValue(); break;
            case RoutedKeys.RequestState: _envelope.RequestState = ReadValue(); break;
            case RoutedKeys.InputResponses: _envelope.InputResponses = ReadValue(); break;
            case RoutedKeys.ProgressToken: _envelope.ParamsProgressToken = ReadValue(); break;
            case RoutedKeys.ProtocolVersion: _envelope.InitializeProtocolVersion = ReadValue(); break;
            case RoutedKeys.Capabilities: _envelope.InitializeCapabilities = ReadValue(); break;
            case RoutedKeys.ClientInfo: _envelope.InitializeClientInfo = ReadValue(); break;
            default: SkipNext(); break;
        }
    }

    private void ReadRef()
    {
        var start = StartOfNext();
        if (_reader.TokenType is not JsonTokenType.StartObject)
        {
            SkipValue();
            _envelope.Ref = RangeFrom(start);
            return;
        }

        var seen = 0u;
        while (NextKey(out var key))
        {
            var which = RoutedKeys.FindInRef(key);
            if (!IsFirst(which, ref seen, RoutedKeys.OfRef))
            {
                SkipNext();
                continue;
            }

            if (which is RoutedKeys.None && RoutedKeys.FindIgnoringCase(key, RoutedKeys.OfRef, "params.ref.".Length) is var like and >= 0)
            {
                _ambiguousInParams ??= RoutedKeys.OfRef[like];
            }

            switch (which)
            {
                case RoutedKeys.RefType: _envelope.RefType = ReadValue(); break;
                case RoutedKeys.RefName: _envelope.RefName = ReadValue(); break;
                case RoutedKeys.RefUri: _envelope.RefUri = ReadValue(); break;
                default: SkipNext(); break;
            }
        }

        _envelope.Ref = RangeFrom(start);
    }

    private void ReadMeta()
    {
        var start = StartOfNext();
        if (_reader.TokenType is not JsonTokenType.StartObject)
        {
            SkipValue();
            Fail(EnvelopeFault.MetaNotObject, "params._meta");
            return;
        }

        var seen = 0u;
        while (NextKey(out var key))
        {
            var which = RoutedKeys.FindInMeta(key);
            if (!IsFirst(which, ref seen, RoutedKeys.OfMeta))
            {
                SkipNext();
                continue;
            }

            if (which is RoutedKeys.None && RoutedKeys.FindIgnoringCase(key, RoutedKeys.OfMeta, "params._meta.".Length) is var like and >= 0)
            {
                _ambiguousInParams ??= RoutedKeys.OfMeta[like];
            }

            switch (which)
            {
                case RoutedKeys.MetaProgressToken: _envelope.MetaProgressToken = ReadValue(); break;
                case RoutedKeys.MetaProtocolVersion: _envelope.ProtocolVersion = ReadValue(); break;
                case RoutedKeys.MetaClientCapabilities: _envelope.ClientCapabilities = ReadValue(); break;
                case RoutedKeys.MetaClientInfo: _envelope.ClientInfo = ReadValue(); break;
                case RoutedKeys.MetaLogLevel: _envelope.LogLevel = ReadValue(); break;
                case RoutedKeys.MetaSubscriptionId: _envelope.SubscriptionId = ReadValue(); break;
                case RoutedKeys.MetaTraceParent: _envelope.TraceParent = ReadValue(); break;
                case RoutedKeys.MetaTraceState: _envelope.TraceState = ReadValue(); break;
                default: SkipNext(); break;
            }
        }

        _envelope.Meta = RangeFrom(start);
    }

    /// <summary>Moves to the next member of the current object; false at its end.</summary>
    private bool NextKey(out ReadOnlySpan<byte> key)
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
            // A key that does not fit cannot be a routed one.
            key = key.Length > _scratch.Length ? default : _scratch[..JsonStringBytes.DecodeInner(key, _scratch)];
        }

        return true;
    }

    /// <summary>False, and a fault, when a routed key comes a second time.</summary>
    private bool IsFirst(int which, ref uint seen, string[] paths)
    {
        if (which is RoutedKeys.None)
        {
            return true;
        }

        var bit = 1u << which;
        if ((seen & bit) != 0)
        {
            Fail(EnvelopeFault.DuplicateKey, paths[which]);
            return false;
        }

        seen |= bit;
        return true;
    }

    private int StartOfNext()
    {
        _reader.Read();
        return (int)_reader.TokenStartIndex;
    }

    private ByteRange ReadValue()
    {
        var start = StartOfNext();
        SkipValue();
        return RangeFrom(start);
    }

    private readonly ByteRange RangeFrom(int start) => new(start, (int)_reader.BytesConsumed - start);

    private void SkipNext()
    {
        _reader.Read();
        SkipValue();
    }

    private void SkipValue()
    {
        if (_reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }

        var depth = _reader.CurrentDepth;
        do
        {
            if (_reader.CurrentDepth >= EnvelopeScanner.MaxDepth)
            {
                Fail(EnvelopeFault.TooDeep, null); // a scalar that deep has a container above it that is already too deep
            }

            _reader.Read();
        }
        while (_reader.CurrentDepth > depth);
    }

    private void Fail(EnvelopeFault fault, string? member)
    {
        if (_fault is EnvelopeFault.None && fault is not EnvelopeFault.None)
        {
            _fault = fault;
            _envelope.FaultMember ??= member;
        }
    }
}

using System.Text.Json;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.JsonRpc;

/// <summary>One pass of <see cref="EnvelopeScanner"/>. It goes on after a fault, because the id may come later.</summary>
internal ref struct EnvelopePass
{
    private readonly ReadOnlySpan<byte> _utf8;
    private JsonCursor _cursor;
    private Envelope _envelope;
    private EnvelopeFault _fault;
    private string? _ambiguousInParams;

    /// <param name="utf8">The message.</param>
    /// <param name="scratch"><see cref="RoutedKeys.ScratchLength"/> bytes for one unescaped key.</param>
    public EnvelopePass(ReadOnlySpan<byte> utf8, Span<byte> scratch)
    {
        _utf8 = utf8;
        _cursor = new JsonCursor(utf8, scratch);
    }

    /// <exception cref="JsonException">The bytes are not one JSON value.</exception>
    public EnvelopeFault Run(out Envelope envelope)
    {
        _cursor.Next();
        switch (_cursor.TokenType)
        {
            case JsonTokenType.StartObject:
                ReadMessage();
                break;
            case JsonTokenType.StartArray:
                _cursor.SkipRest();
                _fault = EnvelopeFault.Batch;
                break;
            default:
                _fault = EnvelopeFault.NotAnObject;
                break;
        }

        _cursor.Next(); // throws when something follows
        if (_cursor.IsTooDeep)
        {
            Fail(EnvelopeFault.TooDeep, null);
        }

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
        while (_cursor.NextKey(out var key))
        {
            var which = RoutedKeys.FindTop(key);
            if (!IsFirst(which, ref seen, RoutedKeys.Top))
            {
                _cursor.ReadValue();
                continue;
            }

            switch (which)
            {
                case RoutedKeys.JsonRpc: ReadJsonRpc(); break;
                case RoutedKeys.Id: ReadId(); break;
                case RoutedKeys.Method: ReadMethod(); break;
                case RoutedKeys.Params: ReadParams(); break;
                case RoutedKeys.Result: _envelope.Result = _cursor.ReadValue(); break;
                case RoutedKeys.Error: ReadError(); break;
                default:
                    if (RoutedKeys.FindIgnoringCase(key, RoutedKeys.Top, 0) is var like and >= 0)
                    {
                        Fail(EnvelopeFault.AmbiguousKey, RoutedKeys.Top[like]);
                    }

                    _cursor.ReadValue();
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
        var value = _cursor.ReadValue();
        if (!value.IsString(_utf8) || !JsonStringBytes.TextEquals(value.Slice(_utf8), "2.0"u8))
        {
            Fail(EnvelopeFault.WrongJsonRpc, "jsonrpc");
        }
    }

    private void ReadId()
    {
        var value = _cursor.ReadValue();
        _envelope.IdKind = _cursor.TokenType switch
        {
            JsonTokenType.String => IdKind.String,
            JsonTokenType.Number => IdKind.Number,
            _ => IdKind.None,
        };

        if (_envelope.IdKind is not IdKind.None)
        {
            _envelope.Id = value;
        }
        else if (_cursor.TokenType is JsonTokenType.Null)
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
        var value = _cursor.ReadValue();
        if (_cursor.TokenType is not JsonTokenType.String)
        {
            Fail(EnvelopeFault.MethodNotString, "method");
            return;
        }

        _envelope.MethodName = value;
        if (!_cursor.ValueIsEscaped)
        {
            _envelope.Method = McpMethods.Find(_cursor.ValueSpan);
        }
        else if (value.Length <= 6 * McpMethods.LongestName + 2)
        {
            Span<byte> name = stackalloc byte[value.Length];
            _envelope.Method = McpMethods.Find(name[..JsonStringBytes.Decode(value.Slice(_utf8), name)]);
        }
    }

    private void ReadError()
    {
        var value = _cursor.ReadValue();
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
        var start = _cursor.Next();
        if (_cursor.TokenType is not JsonTokenType.StartObject)
        {
            _cursor.SkipRest();
            Fail(EnvelopeFault.ParamsNotObject, "params");
            return;
        }

        var seen = 0u;
        while (_cursor.NextKey(out var key))
        {
            var which = RoutedKeys.FindInParams(key);
            if (!IsFirst(which, ref seen, RoutedKeys.OfParams))
            {
                _cursor.ReadValue();
                continue;
            }

            if (which is RoutedKeys.None && RoutedKeys.FindIgnoringCase(key, RoutedKeys.OfParams, "params.".Length) is var like and >= 0)
            {
                _ambiguousInParams ??= RoutedKeys.OfParams[like];
            }

            ReadParam(which);
        }

        _envelope.Params = _cursor.RangeFrom(start);
    }

    private void ReadParam(int which)
    {
        switch (which)
        {
            case RoutedKeys.Name: _envelope.Name = _cursor.ReadValue(); break;
            case RoutedKeys.Uri: _envelope.Uri = _cursor.ReadValue(); break;
            case RoutedKeys.Arguments: _envelope.Arguments = _cursor.ReadValue(); break;
            case RoutedKeys.Meta: ReadMeta(); break;
            case RoutedKeys.Cursor:
                var cursor = _cursor.ReadValue();
                _envelope.Cursor = cursor.IsNull(_utf8) ? default : cursor;
                break;
            case RoutedKeys.Ref: ReadRef(); break;
            case RoutedKeys.Level: _envelope.Level = _cursor.ReadValue(); break;
            case RoutedKeys.Task: _envelope.Task = _cursor.ReadValue(); break;
            case RoutedKeys.TaskId: _envelope.TaskId = _cursor.ReadValue(); break;
            case RoutedKeys.Notifications: _envelope.Notifications = _cursor.ReadValue(); break;
            case RoutedKeys.RequestId: _envelope.RequestId = _cursor.ReadValue(); break;
            case RoutedKeys.RequestState: _envelope.RequestState = _cursor.ReadValue(); break;
            case RoutedKeys.InputResponses: _envelope.InputResponses = _cursor.ReadValue(); break;
            case RoutedKeys.ProgressToken: _envelope.ParamsProgressToken = _cursor.ReadValue(); break;
            case RoutedKeys.ProtocolVersion: _envelope.InitializeProtocolVersion = _cursor.ReadValue(); break;
            case RoutedKeys.Capabilities: _envelope.InitializeCapabilities = _cursor.ReadValue(); break;
            case RoutedKeys.ClientInfo: _envelope.InitializeClientInfo = _cursor.ReadValue(); break;
            default: _cursor.ReadValue(); break;
        }
    }

    private void ReadRef()
    {
        var start = _cursor.Next();
        if (_cursor.TokenType is not JsonTokenType.StartObject)
        {
            _cursor.SkipRest();
            _envelope.Ref = _cursor.RangeFrom(start);
            return;
        }

        var seen = 0u;
        while (_cursor.NextKey(out var key))
        {
            var which = RoutedKeys.FindInRef(key);
            if (!IsFirst(which, ref seen, RoutedKeys.OfRef))
            {
                _cursor.ReadValue();
                continue;
            }

            if (which is RoutedKeys.None && RoutedKeys.FindIgnoringCase(key, RoutedKeys.OfRef, "params.ref.".Length) is var like and >= 0)
            {
                _ambiguousInParams ??= RoutedKeys.OfRef[like];
            }

            switch (which)
            {
                case RoutedKeys.RefType: _envelope.RefType = _cursor.ReadValue(); break;
                case RoutedKeys.RefName: _envelope.RefName = _cursor.ReadValue(); break;
                case RoutedKeys.RefUri: _envelope.RefUri = _cursor.ReadValue(); break;
                default: _cursor.ReadValue(); break;
            }
        }

        _envelope.Ref = _cursor.RangeFrom(start);
    }

    private void ReadMeta()
    {
        var start = _cursor.Next();
        if (_cursor.TokenType is not JsonTokenType.StartObject)
        {
            _cursor.SkipRest();
            Fail(EnvelopeFault.MetaNotObject, "params._meta");
            return;
        }

        var seen = 0u;
        while (_cursor.NextKey(out var key))
        {
            var which = RoutedKeys.FindInMeta(key);
            if (!IsFirst(which, ref seen, RoutedKeys.OfMeta))
            {
                _cursor.ReadValue();
                continue;
            }

            if (which is RoutedKeys.None && RoutedKeys.FindIgnoringCase(key, RoutedKeys.OfMeta, "params._meta.".Length) is var like and >= 0)
            {
                _ambiguousInParams ??= RoutedKeys.OfMeta[like];
            }

            switch (which)
            {
                case RoutedKeys.MetaProgressToken: _envelope.MetaProgressToken = _cursor.ReadValue(); break;
                case RoutedKeys.MetaProtocolVersion: _envelope.ProtocolVersion = _cursor.ReadValue(); break;
                case RoutedKeys.MetaClientCapabilities: _envelope.ClientCapabilities = _cursor.ReadValue(); break;
                case RoutedKeys.MetaClientInfo: _envelope.ClientInfo = _cursor.ReadValue(); break;
                case RoutedKeys.MetaLogLevel: _envelope.LogLevel = _cursor.ReadValue(); break;
                case RoutedKeys.MetaSubscriptionId: _envelope.SubscriptionId = _cursor.ReadValue(); break;
                case RoutedKeys.MetaTraceParent: _envelope.TraceParent = _cursor.ReadValue(); break;
                case RoutedKeys.MetaTraceState: _envelope.TraceState = _cursor.ReadValue(); break;
                case RoutedKeys.MetaOverhead: _envelope.Overhead = _cursor.ReadValue(); break;
                default: _cursor.ReadValue(); break;
            }
        }

        _envelope.Meta = _cursor.RangeFrom(start);
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

    private void Fail(EnvelopeFault fault, string? member)
    {
        if (_fault is EnvelopeFault.None && fault is not EnvelopeFault.None)
        {
            _fault = fault;
            _envelope.FaultMember ??= member;
        }
    }
}

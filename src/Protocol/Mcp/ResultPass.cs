using System.Buffers.Text;
using System.Text.Json;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>One pass of <see cref="ResultScanner"/>.</summary>
internal ref struct ResultPass
{
    private readonly ReadOnlySpan<byte> _utf8;
    private JsonCursor _cursor;
    private ResultScan _scan;
    private ResultFault _fault;
    private bool _hasNullId;

    public ResultPass(ReadOnlySpan<byte> utf8, Span<byte> scratch)
    {
        _utf8 = utf8;
        _cursor = new JsonCursor(utf8, scratch);
    }

    /// <exception cref="JsonException">The bytes are not one JSON value.</exception>
    public ResultFault Run(out ResultScan scan)
    {
        _cursor.Next();
        if (_cursor.TokenType is JsonTokenType.StartObject)
        {
            ReadMessage();
        }
        else
        {
            _cursor.SkipRest();
            Fail(ResultFault.NotAnObject);
        }

        _cursor.Next(); // throws when something follows
        if (_cursor.IsTooDeep)
        {
            Fail(ResultFault.TooDeep);
        }

        if (_fault is ResultFault.None)
        {
            CheckMessage();
        }

        if (_fault is ResultFault.None && _scan.Kind is MessageKind.Response)
        {
            CheckResult();
        }

        scan = _scan;
        return _fault;
    }

    private void ReadMessage()
    {
        var seen = 0u;
        while (_cursor.NextKey(out var key))
        {
            if (key.SequenceEqual("id"u8) && IsFirst(0, ref seen))
            {
                ReadId();
            }
            else if (key.SequenceEqual("result"u8) && IsFirst(1, ref seen))
            {
                ReadResult();
            }
            else if (key.SequenceEqual("error"u8) && IsFirst(2, ref seen))
            {
                ReadError();
            }
            else
            {
                _cursor.ReadValue();
            }
        }
    }

    private void ReadId()
    {
        var value = _cursor.ReadValue();
        if (_cursor.TokenType is JsonTokenType.String or JsonTokenType.Number)
        {
            _scan.Id = value;
        }
        else if (_cursor.TokenType is JsonTokenType.Null)
        {
            _hasNullId = true;
        }
        else
        {
            Fail(ResultFault.BadId);
        }
    }

    private void ReadError()
    {
        var start = _cursor.Next();
        if (_cursor.TokenType is JsonTokenType.Null) // some write "error":null beside a result
        {
            return;
        }

        if (_cursor.TokenType is not JsonTokenType.StartObject)
        {
            _cursor.SkipRest();
            Fail(ResultFault.ErrorNotObject);
            return;
        }

        while (_cursor.NextKey(out var key))
        {
            if (key.SequenceEqual("code"u8))
            {
                _scan.RawErrorCode = _cursor.ReadValue();
                var code = _scan.RawErrorCode.Slice(_utf8);
                _scan.ErrorCode = Utf8Parser.TryParse(code, out int number, out var length) && length == code.Length ? number : 0;
            }
            else if (key.SequenceEqual("message"u8))
            {
                var message = _cursor.ReadValue();
                _scan.ErrorMessage = message.IsString(_utf8) ? message : default;
            }
            else if (key.SequenceEqual("data"u8))
            {
                _scan.ErrorData = _cursor.ReadValue();
            }
            else
            {
                _cursor.ReadValue();
            }
        }

        _scan.Error = _cursor.RangeFrom(start);
    }

    private void ReadResult()
    {
        var start = _cursor.Next();
        if (_cursor.TokenType is not JsonTokenType.StartObject)
        {
            _cursor.SkipRest();
            _scan.Result = _cursor.RangeFrom(start);
            Fail(ResultFault.ResultNotObject);
            return;
        }

        var seen = 0u;
        _scan.IsResultEmpty = true;
        while (_cursor.NextKey(out var key))
        {
            _scan.IsResultEmpty = false;
            var which = ResultKeys.Find(key);
            if (which is not ResultKey.None && !IsFirst((int)which, ref seen))
            {
                _cursor.ReadValue();
            }
            else
            {
                ReadMember(which);
            }
        }

        _scan.Result = _cursor.RangeFrom(start);
    }

    private void ReadMember(ResultKey which)
    {
        switch (which)
        {
            case ResultKey.IsError: _scan.IsError = _cursor.ReadValue().IsTrue(_utf8); break;
            case ResultKey.ResultType: _scan.ResultType = _cursor.ReadValue(); break;
            case ResultKey.NextCursor:
                var cursor = _cursor.ReadValue();
                _scan.NextCursor = cursor.IsNull(_utf8) ? default : cursor;
                break;
            case ResultKey.TtlMs: _scan.TtlMs = _cursor.ReadValue(); break;
            case ResultKey.CacheScope: _scan.CacheScope = _cursor.ReadValue(); break;
            case ResultKey.RequestState: _scan.RequestState = _cursor.ReadValue(); break;
            case ResultKey.InputRequests: _scan.InputRequests = _cursor.ReadValue(); break;
            case ResultKey.TaskId: _scan.TaskId = _cursor.ReadValue(); break;
            case ResultKey.Task: _scan.Task = _cursor.ReadValue(); break;
            case ResultKey.Content: _scan.Content = _cursor.ReadValue(); break;
            case ResultKey.StructuredContent: _scan.StructuredContent = _cursor.ReadValue(); break;
            case ResultKey.Tools: _scan.Tools = _cursor.ReadValue(); break;
            case ResultKey.Prompts: _scan.Prompts = _cursor.ReadValue(); break;
            case ResultKey.Resources: _scan.Resources = _cursor.ReadValue(); break;
            case ResultKey.ResourceTemplates: _scan.ResourceTemplates = _cursor.ReadValue(); break;
            case ResultKey.ProtocolVersion: _scan.ProtocolVersion = _cursor.ReadValue(); break;
            case ResultKey.SupportedVersions: _scan.SupportedVersions = _cursor.ReadValue(); break;
            case ResultKey.Capabilities: _scan.Capabilities = _cursor.ReadValue(); break;
            case ResultKey.ServerInfo: _scan.ServerInfo = _cursor.ReadValue(); break;
            case ResultKey.Instructions: _scan.Instructions = _cursor.ReadValue(); break;
            case ResultKey.Meta: ReadMeta(); break;
            default: _cursor.ReadValue(); break;
        }
    }

    private void ReadMeta()
    {
        var start = _cursor.Next();
        if (_cursor.TokenType is not JsonTokenType.StartObject)
        {
            _cursor.SkipRest();
            Fail(ResultFault.WrongMemberType);
            return;
        }

        var seen = 0u;
        while (_cursor.NextKey(out var key))
        {
            if (key.SequenceEqual("io.modelcontextprotocol/serverInfo"u8) && IsFirst(0, ref seen))
            {
                _scan.MetaServerInfo = _cursor.ReadValue();
            }
            else if (key.SequenceEqual("io.mcpgateway/overhead"u8) && IsFirst(1, ref seen))
            {
                _scan.MetaOverhead = _cursor.ReadValue();
            }
            else
            {
                _cursor.ReadValue();
            }
        }

        _scan.Meta = _cursor.RangeFrom(start);
    }

    private void CheckMessage()
    {
        var hasResult = _scan.Result.IsPresent;
        var hasError = _scan.Error.IsPresent;
        if (hasResult == hasError)
        {
            Fail(hasResult ? ResultFault.ResultAndError : ResultFault.NotAResponse);
            return;
        }

        if (hasResult && (_hasNullId || !_scan.Id.IsPresent))
        {
            Fail(ResultFault.BadId);
            return;
        }

        _scan.Kind = hasError ? MessageKind.ErrorResponse : MessageKind.Response;
    }

    private void CheckResult()
    {
        if (_scan.ResultType.IsPresent)
        {
            var text = _scan.ResultType.Slice(_utf8);
            _scan.Type = text[0] != (byte)'"' ? ResultType.Other
                : JsonStringBytes.TextEquals(text, "complete"u8) ? ResultType.Complete
                : JsonStringBytes.TextEquals(text, "input_required"u8) ? ResultType.InputRequired
                : JsonStringBytes.TextEquals(text, "task"u8) ? ResultType.Task
                : ResultType.Other;
        }

        if (IsNot(_scan.ResultType, _scan.ResultType.IsString(_utf8))
            || IsNot(_scan.NextCursor, _scan.NextCursor.IsString(_utf8))
            || IsNot(_scan.RequestState, _scan.RequestState.IsString(_utf8))
            || IsNot(_scan.InputRequests, _scan.InputRequests.IsObject(_utf8))
            || IsNot(_scan.TaskId, _scan.TaskId.IsString(_utf8)))
        {
            Fail(ResultFault.WrongMemberType);
        }
    }

    private static bool IsNot(ByteRange value, bool expected) => value.IsPresent && !expected;

    private bool IsFirst(int which, ref uint seen)
    {
        var bit = 1u << which;
        if ((seen & bit) != 0)
        {
            Fail(ResultFault.DuplicateKey);
            return false;
        }

        seen |= bit;
        return true;
    }

    private void Fail(ResultFault fault)
    {
        if (_fault is ResultFault.None)
        {
            _fault = fault;
        }
    }
}

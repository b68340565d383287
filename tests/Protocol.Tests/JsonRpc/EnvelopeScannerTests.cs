using System.Text;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.JsonRpc;

public sealed class EnvelopeScannerTests
{
    private const string Call =
        """
        {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"crm_find","arguments":{"region":"eu","n":[1,2,{"a":null}]},"_meta":{"progressToken":"p-1","io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}},"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}}
        """;

    [Fact]
    public void Scan_ModernToolCall_FindsEveryPart()
    {
        var fault = Scan(Call, out var envelope);

        fault.ShouldBe(EnvelopeFault.None);
        envelope.Kind.ShouldBe(MessageKind.Request);
        envelope.Method.ShouldBe(McpMethod.ToolsCall);
        envelope.IdKind.ShouldBe(IdKind.Number);
        Text(Call, envelope.Id).ShouldBe("7");
        Text(Call, envelope.MethodName).ShouldBe("\"tools/call\"");
        Text(Call, envelope.Name).ShouldBe("\"crm_find\"");
        Text(Call, envelope.Arguments).ShouldBe("""{"region":"eu","n":[1,2,{"a":null}]}""");
        Text(Call, envelope.ProgressToken).ShouldBe("\"p-1\"");
        Text(Call, envelope.ProtocolVersion).ShouldBe("\"2026-07-28\"");
        Text(Call, envelope.ClientCapabilities).ShouldBe("""{"elicitation":{}}""");
        Text(Call, envelope.TraceParent).ShouldStartWith("\"00-0af");
        Text(Call, envelope.Params).ShouldEndWith("}}");
        envelope.ClientInfo.IsPresent.ShouldBeFalse();
    }

    [Fact]
    public void Scan_TypicalToolCall_AllocatesNothing()
    {
        var bytes = Encoding.UTF8.GetBytes(Call);
        for (var i = 0; i < 100; i++)
        {
            EnvelopeScanner.Scan(bytes, out _);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        EnvelopeFault fault = default;
        for (var i = 0; i < 1000; i++)
        {
            fault = EnvelopeScanner.Scan(bytes, out _);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        fault.ShouldBe(EnvelopeFault.None);
        allocated.ShouldBe(0);
    }

    [Fact]
    public void Scan_EscapedNamesAndMethod_ReadsThemLikePlainOnes()
    {
        const string json =
            """{"\u006asonrpc":"2\u002e0","method":"tools\/c\u0061ll","p\u0061rams":{"na\u006de":"a","_met\u0061":{"io.modelcontextprotocol\/logLevel":"info"}},"id":"x"}""";

        var fault = Scan(json, out var envelope);

        fault.ShouldBe(EnvelopeFault.None);
        envelope.Method.ShouldBe(McpMethod.ToolsCall);
        Text(json, envelope.Name).ShouldBe("\"a\"");
        Text(json, envelope.LogLevel).ShouldBe("\"info\"");
        envelope.IdKind.ShouldBe(IdKind.String);
    }

    [Theory]
    [InlineData("123456789012345678901234567890")]
    [InlineData("-1")]
    [InlineData("1.50")]
    [InlineData("1e400")]
    [InlineData("\"\\u0061\\\"b\"")]
    [InlineData("\"\\ud800\"")]
    public void Scan_AnyIdLiteral_KeepsItsBytes(string id)
    {
        var json = $$"""{"id":{{id}},"jsonrpc":"2.0","method":"ping"}""";

        Scan(json, out var envelope).ShouldBe(EnvelopeFault.None);

        Text(json, envelope.Id).ShouldBe(id);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/initialized"}""", MessageKind.Notification)]
    [InlineData("""{"jsonrpc":"2.0","id":"1","method":"ping"}""", MessageKind.Request)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{}}""", MessageKind.Response)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{},"error":null}""", MessageKind.Response)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}""", MessageKind.ErrorResponse)]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}""", MessageKind.ErrorResponse)]
    [InlineData("""{"jsonrpc":"2.0","error":{"code":1,"message":"x"}}""", MessageKind.ErrorResponse)]
    [InlineData(" \r\n\t{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"vendor/x\",\"params\":{\"name\":5}}\n ", MessageKind.Request)]
    public void Scan_WellFormedMessage_TellsItsKind(string json, MessageKind kind)
    {
        Scan(json, out var envelope).ShouldBe(EnvelopeFault.None);

        envelope.Kind.ShouldBe(kind);
    }

    [Theory]
    [InlineData("", EnvelopeFault.NotJson)]
    [InlineData(" ", EnvelopeFault.NotJson)]
    [InlineData("{", EnvelopeFault.NotJson)]
    [InlineData("{} {}", EnvelopeFault.NotJson)]
    [InlineData("{}x", EnvelopeFault.NotJson)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping",}""", EnvelopeFault.NotJson)]
    [InlineData("""{"jsonrpc":"2.0",/* */"id":1,"method":"ping"}""", EnvelopeFault.NotJson)]
    [InlineData("\ufeff{}", EnvelopeFault.NotJson)]
    [InlineData("[]", EnvelopeFault.Batch)]
    [InlineData("[{]", EnvelopeFault.NotJson)]
    [InlineData("7", EnvelopeFault.NotAnObject)]
    [InlineData("\"x\"", EnvelopeFault.NotAnObject)]
    [InlineData("null", EnvelopeFault.NotAnObject)]
    [InlineData("{}", EnvelopeFault.MissingJsonRpc)]
    [InlineData("""{"id":1,"method":"ping"}""", EnvelopeFault.MissingJsonRpc)]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"ping"}""", EnvelopeFault.WrongJsonRpc)]
    [InlineData("""{"jsonrpc":2.0,"id":1,"method":"ping"}""", EnvelopeFault.WrongJsonRpc)]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"ping"}""", EnvelopeFault.NullId)]
    [InlineData("""{"jsonrpc":"2.0","id":null,"result":{}}""", EnvelopeFault.NullId)]
    [InlineData("""{"jsonrpc":"2.0","result":{}}""", EnvelopeFault.MissingId)]
    [InlineData("""{"jsonrpc":"2.0","id":true,"method":"ping"}""", EnvelopeFault.BadIdType)]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"ping"}""", EnvelopeFault.BadIdType)]
    [InlineData("""{"jsonrpc":"2.0","id":[1],"method":"ping"}""", EnvelopeFault.BadIdType)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":5}""", EnvelopeFault.MethodNotString)]
    [InlineData("""{"jsonrpc":"2.0","id":1}""", EnvelopeFault.NeitherRequestNorResponse)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}""", EnvelopeFault.RequestAndResponse)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{},"error":{}}""", EnvelopeFault.ResultAndError)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":"x"}""", EnvelopeFault.ErrorNotObject)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}""", EnvelopeFault.ParamsNotObject)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":null}""", EnvelopeFault.ParamsNotObject)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":7}}""", EnvelopeFault.MetaNotObject)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":null}}}""", EnvelopeFault.ProgressTokenBadType)]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/progress","params":{}}""", EnvelopeFault.ProgressTokenBadType)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call"}""", EnvelopeFault.NameMissing)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":5}}""", EnvelopeFault.NameNotString)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"params":{"name":null},"method":"prompts/get"}""", EnvelopeFault.NameNotString)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":[]}}""", EnvelopeFault.ArgumentsNotObject)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","inputResponses":[]}}""", EnvelopeFault.InputResponsesNotObject)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","requestState":{}}}""", EnvelopeFault.RequestStateNotString)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{}}""", EnvelopeFault.UriMissing)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"uri":1}}""", EnvelopeFault.UriNotString)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{}}""", EnvelopeFault.TaskIdMissing)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tasks/cancel","params":{"taskId":1}}""", EnvelopeFault.TaskIdNotString)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":1}}""", EnvelopeFault.CursorNotString)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{}}""", EnvelopeFault.RefMissing)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":[]}}""", EnvelopeFault.RefNotObject)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/tool"}}}""", EnvelopeFault.RefTypeUnknown)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/prompt"}}}""", EnvelopeFault.RefNameNotString)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/resource","uri":1}}}""", EnvelopeFault.RefUriNotString)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{}}""", EnvelopeFault.LevelNotString)]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{}}}""", EnvelopeFault.RequestIdBadType)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}""", EnvelopeFault.ProtocolVersionNotString)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"x","capabilities":1}}""", EnvelopeFault.CapabilitiesNotObject)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"x","clientInfo":1}}""", EnvelopeFault.ClientInfoNotObject)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":1}}}""", EnvelopeFault.ProtocolVersionNotString)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{"io.modelcontextprotocol/clientCapabilities":[]}}}""", EnvelopeFault.CapabilitiesNotObject)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{"io.modelcontextprotocol/clientInfo":""}}}""", EnvelopeFault.ClientInfoNotObject)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{"io.modelcontextprotocol/logLevel":1}}}""", EnvelopeFault.LogLevelNotString)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{"traceparent":1}}}""", EnvelopeFault.TraceNotString)]
    public void Scan_RuleBroken_NamesTheFault(string json, EnvelopeFault expected) => Scan(json, out _).ShouldBe(expected);

    [Fact]
    public void Scan_BytesThatAreNotUtf8_AreRefused()
    {
        var bytes = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"p?ng\"}"u8.ToArray();
        bytes[Array.IndexOf(bytes, (byte)'?')] = 0xc3; // the rest of the sequence is missing

        EnvelopeScanner.Scan(bytes, out _).ShouldBe(EnvelopeFault.NotUtf8);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}""", "id")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","m\u0065thod":"tools/list"}""", "method")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{},"params":{}}""", "params")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","na\u006de":"b"}}""", "params.name")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{},"arguments":{}}}""", "params.arguments")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":{},"_meta":{}}}""", "params._meta")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{"progressToken":1,"progressT\u006fken":2}}}""", "params._meta.progressToken")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"x","params":{"ref":{"uri":"a","uri":"b"}}}""", "params.ref.uri")]
    public void Scan_RoutedMemberTwice_IsRefusedByName(string json, string member)
    {
        var fault = Scan(json, out var envelope);

        fault.ShouldBe(EnvelopeFault.DuplicateKey);
        envelope.FaultMember.ShouldBe(member);
        fault.Message(envelope).ShouldStartWith(member + ": ");
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","Method":"tools/call"}""", "method")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","Name":"b"}}""", "params.name")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"params":{"name":"a","ARGUMENTS":{}},"method":"tools/call"}""", "params.arguments")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"a","ta\u017fkId":"b"}}""", "params.taskId")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"a","tas\u212aId":"b"}}""", "params.taskId")]
    public void Scan_MemberThatDiffersInCaseOnly_IsRefusedByName(string json, string member)
    {
        Scan(json, out var envelope).ShouldBe(EnvelopeFault.AmbiguousKey);

        envelope.FaultMember.ShouldBe(member);
    }

    [Fact]
    public void Scan_UnknownMethod_MayUseMembersOfOtherCase() =>
        Scan("""{"jsonrpc":"2.0","id":1,"method":"vendor/x","params":{"Name":"a","URI":1}}""", out _).ShouldBe(EnvelopeFault.None);

    [Fact]
    public void Scan_OpaqueMembersTwice_ArePassed() =>
        Scan("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","x":1,"x":2,"arguments":{"y":1,"y":2}}}""", out _)
            .ShouldBe(EnvelopeFault.None);

    [Theory]
    [InlineData(126, EnvelopeFault.None)]
    [InlineData(127, EnvelopeFault.TooDeep)]
    [InlineData(1000, EnvelopeFault.TooDeep)]
    [InlineData(200_000, EnvelopeFault.TooDeep)]
    public void Scan_DeepArguments_RefusesBeyond128Levels(int levels, EnvelopeFault expected)
    {
        // The message and its params are two levels.
        var json = "{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":{\"x\":"
            + new string('[', levels) + new string(']', levels) + "},\"id\":\"late\"}";

        Scan(json, out var envelope).ShouldBe(expected);

        Text(json, envelope.Id).ShouldBe("\"late\"");
    }

    [Fact]
    public void Scan_FaultBeforeTheId_StillFindsTheId()
    {
        const string json = """{"jsonrpc":"1.0","params":[],"method":5,"id":"late"}""";

        Scan(json, out var envelope).ShouldBe(EnvelopeFault.WrongJsonRpc);

        Text(json, envelope.Id).ShouldBe("\"late\"");
    }

    [Fact]
    public void Scan_NullCursorAndArguments_CountAsAbsent()
    {
        const string json = """{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":null}}""";
        const string call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":null}}""";

        Scan(json, out var list).ShouldBe(EnvelopeFault.None);
        list.Cursor.IsPresent.ShouldBeFalse();
        Scan(call, out var envelope).ShouldBe(EnvelopeFault.None);
        envelope.Arguments.IsNull(Encoding.UTF8.GetBytes(call)).ShouldBeTrue();
    }

    [Fact]
    public void Fault_Each_HasAMessageAndACode()
    {
        foreach (var fault in Enum.GetValues<EnvelopeFault>().Where(static f => f is not EnvelopeFault.None))
        {
            fault.Message().ShouldEndWith(".");
            fault.Code().ShouldBeOneOf(McpErrorCode.ParseError, McpErrorCode.InvalidRequest, McpErrorCode.InvalidParams);
        }

        EnvelopeFault.NotJson.Code().ShouldBe(-32700);
        EnvelopeFault.NullId.Code().ShouldBe(-32600);
        EnvelopeFault.NameNotString.Code().ShouldBe(-32602);
    }

    private static EnvelopeFault Scan(string json, out Envelope envelope) => EnvelopeScanner.Scan(Encoding.UTF8.GetBytes(json), out envelope);

    private static string Text(string json, ByteRange range) => Encoding.UTF8.GetString(range.Slice(Encoding.UTF8.GetBytes(json)));
}

using System.Text;
using System.Text.Json;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.Mcp;

public sealed class ResultScannerTests
{
    private const string Answer =
        """
        {"jsonrpc":"2.0","id":"u-1","result":{"content":[{"type":"text","text":"{\"isError\":true}"}],"structuredContent":{"resultType":"x"},"isError":true,"resultType":"input_required","requestState":"abc","inputRequests":{"who":{}},"nextCursor":"","ttlMs":5,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"up"},"x":1}}}
        """;

    [Fact]
    public void Scan_Answer_FindsEveryPart()
    {
        ResultScanner.Scan(Utf8(Answer), out var scan).ShouldBe(ResultFault.None);

        scan.Kind.ShouldBe(MessageKind.Response);
        scan.Type.ShouldBe(ResultType.InputRequired);
        scan.IsError.ShouldBeTrue();
        scan.IsResultEmpty.ShouldBeFalse();
        Text(scan.Id).ShouldBe("\"u-1\"");
        Text(scan.RequestState).ShouldBe("\"abc\"");
        Text(scan.InputRequests).ShouldBe("""{"who":{}}""");
        Text(scan.NextCursor).ShouldBe("\"\"");
        Text(scan.TtlMs).ShouldBe("5");
        Text(scan.CacheScope).ShouldBe("\"private\"");
        Text(scan.StructuredContent).ShouldBe("""{"resultType":"x"}""");
        Text(scan.MetaServerInfo).ShouldBe("""{"name":"up"}""");

        static string Text(ByteRange range) => Encoding.UTF8.GetString(range.Slice(Utf8(Answer)));
    }

    [Fact]
    public void Scan_Answer_AllocatesNothing()
    {
        var bytes = Utf8(Answer);
        ResultScanner.Scan(bytes, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            ResultScanner.Scan(bytes, out _);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Theory]
    [InlineData("{}", ResultType.Complete)]
    [InlineData("""{"resultType":"compl\u0065te"}""", ResultType.Complete)]
    [InlineData("""{"resultType":"task","taskId":"t"}""", ResultType.Task)]
    [InlineData("""{"resultType":"vendor"}""", ResultType.Other)]
    public void Scan_ResultType_IsToldApart(string result, ResultType expected)
    {
        ResultScanner.Scan(Utf8($$"""{"jsonrpc":"2.0","id":1,"result":{{result}}}"""), out var scan).ShouldBe(ResultFault.None);

        scan.Type.ShouldBe(expected);
        scan.IsResultEmpty.ShouldBe(result == "{}");
    }

    [Fact]
    public void Scan_Error_ReadsItsCode()
    {
        const string json = """{"jsonrpc":"2.0","id":null,"error":{"data":{"code":1},"code":-32022,"message":"no"}}""";

        ResultScanner.Scan(Utf8(json), out var scan).ShouldBe(ResultFault.None);

        scan.Kind.ShouldBe(MessageKind.ErrorResponse);
        scan.ErrorCode.ShouldBe(-32022);
        scan.Id.IsPresent.ShouldBeFalse();
        Encoding.UTF8.GetString(scan.ErrorData.Slice(Utf8(json))).ShouldBe("""{"code":1}""");
        Encoding.UTF8.GetString(scan.ErrorMessage.Slice(Utf8(json))).ShouldBe("\"no\"");
    }

    [Theory]
    [InlineData("", ResultFault.NotJson)]
    [InlineData("<html>", ResultFault.NotJson)]
    [InlineData("""{"id":1,"result":{}""", ResultFault.NotJson)]
    [InlineData("[]", ResultFault.NotAnObject)]
    [InlineData("5", ResultFault.NotAnObject)]
    [InlineData("{}", ResultFault.NotAResponse)]
    [InlineData("""{"id":1,"method":"ping"}""", ResultFault.NotAResponse)]
    [InlineData("""{"id":1,"result":{},"error":{}}""", ResultFault.ResultAndError)]
    [InlineData("""{"result":{}}""", ResultFault.BadId)]
    [InlineData("""{"id":null,"result":{}}""", ResultFault.BadId)]
    [InlineData("""{"id":{},"result":{}}""", ResultFault.BadId)]
    [InlineData("""{"id":1,"result":[]}""", ResultFault.ResultNotObject)]
    [InlineData("""{"id":1,"result":null}""", ResultFault.ResultNotObject)]
    [InlineData("""{"id":1,"error":"no"}""", ResultFault.ErrorNotObject)]
    [InlineData("""{"id":1,"id":2,"result":{}}""", ResultFault.DuplicateKey)]
    [InlineData("""{"id":1,"result":{"isError":false,"is\u0045rror":true}}""", ResultFault.DuplicateKey)]
    [InlineData("""{"id":1,"result":{"_meta":5}}""", ResultFault.WrongMemberType)]
    [InlineData("""{"id":1,"result":{"resultType":5}}""", ResultFault.WrongMemberType)]
    [InlineData("""{"id":1,"result":{"nextCursor":5}}""", ResultFault.WrongMemberType)]
    [InlineData("""{"id":1,"result":{"requestState":5}}""", ResultFault.WrongMemberType)]
    [InlineData("""{"id":1,"result":{"inputRequests":[]}}""", ResultFault.WrongMemberType)]
    public void Scan_LyingUpstream_NamesTheFault(string json, ResultFault expected)
    {
        ResultScanner.Scan(Utf8(json), out _).ShouldBe(expected);

        expected.Message().ShouldEndWith(".");
    }

    [Fact]
    public void Scan_DeepResult_IsRefused()
    {
        var json = "{\"id\":1,\"result\":{\"content\":" + new string('[', 5000) + new string(']', 5000) + "}}";

        ResultScanner.Scan(Utf8(json), out _).ShouldBe(ResultFault.TooDeep);
    }

    [Fact]
    public void Scan_DamagedAnswers_NeverThrowsAndAgreesWithTheParser() => Properties.ForAllSeeds(random =>
    {
        var bytes = Utf8(Answer);
        for (var i = random.Next(3); i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        bytes = bytes[..(random.Next(3) == 0 ? random.Next(bytes.Length) : bytes.Length)];

        var fault = ResultScanner.Scan(bytes, out _);

        (fault is not ResultFault.NotJson).ShouldBe(Utf8Parses(bytes));
    });

    private static bool Utf8Parses(byte[] bytes)
    {
        try
        {
            JsonDocument.Parse(bytes).Dispose();
            return System.Text.Unicode.Utf8.IsValid(bytes);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}

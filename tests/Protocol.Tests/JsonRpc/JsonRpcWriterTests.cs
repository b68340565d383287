using System.Buffers;
using System.Text;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Tests.JsonRpc;

public sealed class JsonRpcWriterTests
{
    [Fact]
    public void WriteError_WithData_IsExact() =>
        Written(static w => JsonRpcWriter.WriteError(w, "\"a\""u8, McpErrorCode.InvalidParams, "Unknown \"tool\"\n", """{"uri":"x"}"""u8))
            .ShouldBe("""{"jsonrpc":"2.0","id":"a","error":{"code":-32602,"message":"Unknown \"tool\"\n","data":{"uri":"x"}}}""");

    [Fact]
    public void WriteError_WithoutId_WritesNull() =>
        Written(static w => JsonRpcWriter.WriteError(w, default, -32700, "x"))
            .ShouldBe("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}""");

    [Fact]
    public void WriteError_OfAFault_EchoesTheId()
    {
        var bytes = """{"jsonrpc":"2.0","method":"tools/call","params":{"name":1},"id":12.50}"""u8.ToArray();
        var fault = EnvelopeScanner.Scan(bytes, out var envelope);

        Written(w => JsonRpcWriter.WriteError(w, bytes, envelope, fault))
            .ShouldBe("""{"jsonrpc":"2.0","id":12.50,"error":{"code":-32602,"message":"params.name must be a string."}}""");
    }

    [Fact]
    public void WriteResultRequestNotification_AreExact()
    {
        Written(static w => JsonRpcWriter.WriteResult(w, "1"u8, "{ }"u8)).ShouldBe("""{"jsonrpc":"2.0","id":1,"result":{ }}""");
        Written(static w => JsonRpcWriter.WriteRequest(w, "1"u8, "ping")).ShouldBe("""{"jsonrpc":"2.0","id":1,"method":"ping"}""");
        Written(static w => JsonRpcWriter.WriteNotification(w, "x/y", "{}"u8)).ShouldBe("""{"jsonrpc":"2.0","method":"x/y","params":{}}""");
    }

    [Fact]
    public void TrySplit_Batch_FindsTheElements()
    {
        var bytes = """ [ {"a":[1]} , 5,"x" ] """u8.ToArray();
        var elements = new List<ByteRange>();

        BatchSplitter.TrySplit(bytes, elements).ShouldBeTrue();

        elements.Select(e => Encoding.UTF8.GetString(e.Slice(bytes))).ShouldBe(["""{"a":[1]}""", "5", "\"x\""]);
        BatchSplitter.TrySplit(bytes, [], limit: 2).ShouldBeFalse();
        BatchSplitter.TrySplit("{}"u8, []).ShouldBeFalse();
        BatchSplitter.TrySplit("[1"u8, []).ShouldBeFalse();
    }

    private static string Written(Action<ArrayBufferWriter<byte>> write)
    {
        var writer = new ArrayBufferWriter<byte>();
        write(writer);
        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }
}

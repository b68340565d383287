using System.Buffers;
using System.Text;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.Mcp;

public sealed class AppUrisTests
{
    [Theory]
    [InlineData("""{"ui":{"visibility":["app"],"resourceUri":"ui://x"},"ui/resourceUri" : "ui:\/\/x"}""", """{"ui":{"visibility":["app"],"resourceUri":"b+ui://x"},"ui/resourceUri" : "b+ui://x"}""")]
    [InlineData("""{"ui":{"resourceUri":"ui://other"},"resourceUri":"ui://x"}""", null)]
    [InlineData("""{"ui":"ui://x","other":{"ui":{"resourceUri":"ui://x"} } }""", null)]
    [InlineData("""{"ui":{"resourceUri":7},"ui/resourceUri":["ui://x"] }""", null)]
    [InlineData("""[{"ui":{"resourceUri":"ui://x"} }]""", null)]
    public void Definition_NamesTheAppAsItIsExposed(string meta, string? expected)
    {
        var output = new ArrayBufferWriter<byte>();
        var definition = $$"""{"_meta":{{meta}},"name":"tool","inputSchema":{"type":"object"} }""";

        DefinitionSplice.Write(
            output, Encoding.UTF8.GetBytes(definition), ListKind.Tools, "b-tool", exposedUri: static uri => uri == "ui://x" ? "b+ui://x" : null).ShouldBeTrue();

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe($$"""{"_meta":{{expected ?? meta}},"name":"b-tool","inputSchema":{"type":"object"} }""");
    }
}

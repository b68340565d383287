using System.Text;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.Mcp;

public sealed class ClientCapabilitiesJsonTests
{
    [Theory]
    [InlineData("{}", ClientCapabilities.None)]
    [InlineData("[]", ClientCapabilities.None)]
    [InlineData("null", ClientCapabilities.None)]
    [InlineData("""{"sampling":{}}""", ClientCapabilities.Sampling)]
    [InlineData("""{"sampling":{"tools":{},"context":{}}}""", ClientCapabilities.Sampling | ClientCapabilities.SamplingTools | ClientCapabilities.SamplingContext)]
    [InlineData("""{"elicitation":{}}""", ClientCapabilities.Elicitation)]
    [InlineData("""{"elicitation":null}""", ClientCapabilities.Elicitation)]
    [InlineData("""{"elicitation":{"url":{}}}""", ClientCapabilities.UrlElicitation)]
    [InlineData("""{"elicitation":{"form":{},"url":{}}}""", ClientCapabilities.Elicitation | ClientCapabilities.UrlElicitation)]
    [InlineData("""{"roots":{"listChanged":true}}""", ClientCapabilities.Roots | ClientCapabilities.RootsListChanged)]
    [InlineData("""{"roots":{"listChanged":false}}""", ClientCapabilities.Roots)]
    [InlineData("""{"extensions":{"io.modelcontextprotocol/ui":{"mimeTypes":["a"]},"x/y":{}},"roots":{}}""", ClientCapabilities.Apps | ClientCapabilities.Roots)]
    [InlineData("""{"experimental":{"sampling":{}},"tasks":{"list":{}}}""", ClientCapabilities.None)]
    public void Read_TakesWhatDecidesAboutQuestions(string json, ClientCapabilities expected) =>
        ClientCapabilitiesJson.Read(Encoding.UTF8.GetBytes(json)).ShouldBe(expected);

    [Fact]
    public void Write_OfAnyCapabilities_ReadsTheSame()
    {
        for (var bits = 0; bits <= byte.MaxValue; bits++)
        {
            var capabilities = (ClientCapabilities)bits;
            var expected = capabilities;
            expected &= capabilities.HasFlag(ClientCapabilities.Sampling) ? expected : ~(ClientCapabilities.SamplingTools | ClientCapabilities.SamplingContext);
            expected &= capabilities.HasFlag(ClientCapabilities.Roots) ? expected : ~ClientCapabilities.RootsListChanged;

            ClientCapabilitiesJson.Read(ClientCapabilitiesJson.Write(capabilities).Span).ShouldBe(expected);
        }
    }
}

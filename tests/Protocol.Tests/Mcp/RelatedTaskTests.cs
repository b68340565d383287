using System.Text;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.Mcp;

public sealed class RelatedTaskTests
{
    [Theory]
    [InlineData("""{"_meta":{"io.modelcontextprotocol/related-task":{"taskId":"a b"}}}""", "\"a b\"")]
    [InlineData("""{"_meta": { "io.modelcontextprotocol/related-task" : { "x":[{"taskId":"no"}], "taskId" : "yes" } } }""", "\"yes\"")]
    [InlineData("""{"text":"\"io.modelcontextprotocol/related-task\":{\"taskId\":\"no\"}","_meta":{"io.modelcontextprotocol/related-task":{"taskId":"yes"}}}""", "\"yes\"")]
    [InlineData("""{"text":"io.modelcontextprotocol/related-task","_meta":{"io.modelcontextprotocol/related-task":{"taskId":"yes"}}}""", "\"yes\"")]
    [InlineData("""{"io.modelcontextprotocol/related-task":{"taskId":"\u0061"}}""", "\"\\u0061\"")]
    public void Find_MessageWithATask_GivesItsId(string message, string expected)
    {
        var utf8 = Encoding.UTF8.GetBytes(message);

        Encoding.UTF8.GetString(RelatedTask.Find(utf8).Slice(utf8.AsSpan())).ShouldBe(expected);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"text":"io.modelcontextprotocol/related-task"}""")]
    [InlineData("""["io.modelcontextprotocol/related-task"]""")]
    [InlineData("""{"io.modelcontextprotocol/related-task":7}""")]
    [InlineData("""{"io.modelcontextprotocol/related-task":{"taskId":7}}""")]
    [InlineData("""{"io.modelcontextprotocol/related-task":{}}""")]
    [InlineData("""{"text":"\"io.modelcontextprotocol/related-task\":{\"taskId\":\"no\"}"}""")]
    public void Find_MessageWithoutATask_GivesNothing(string message) =>
        RelatedTask.Find(Encoding.UTF8.GetBytes(message)).IsPresent.ShouldBeFalse();
}

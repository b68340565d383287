using System.Text;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Tests.JsonRpc;

public sealed class JsonMemberTests
{
    [Fact]
    public void Find_LooksAtTheObjectAlone()
    {
        var json = """{"a":{"id":1}, "id" : "x y" ,"z":2}"""u8;

        Encoding.UTF8.GetString(JsonMember.Find(json, "id"u8).Slice(json)).ShouldBe("\"x y\"");
        JsonMember.Find(json, "b"u8).IsPresent.ShouldBeFalse();
    }
}

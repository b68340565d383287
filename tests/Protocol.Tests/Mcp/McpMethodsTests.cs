using System.Text;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Protocol.Tests.Mcp;

public sealed class McpMethodsTests
{
    [Fact]
    public void Find_NameOfEachMethod_LeadsBack()
    {
        foreach (var method in Enum.GetValues<McpMethod>().Where(static m => m is not McpMethod.Unknown))
        {
            McpMethods.Find(Encoding.UTF8.GetBytes(McpMethods.Name(method))).ShouldBe(method);
            McpMethods.Find(McpMethods.Name(method)).ShouldBe(method);
        }

        McpMethods.Name(McpMethod.ResourceTemplatesList).ShouldBe("resources/templates/list");
        McpMethods.Name(McpMethod.NotificationSubscriptionsAcknowledged).ShouldBe("notifications/subscriptions/acknowledged");
        McpMethods.Name(McpMethod.LoggingSetLevel).ShouldBe("logging/setLevel");
        McpMethods.Name(McpMethod.ToolsCall).ShouldBe("tools/call");
        McpMethods.Name(McpMethod.TasksUpdate).ShouldBe("tasks/update");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Tools/call")]
    [InlineData("tools/call ")]
    [InlineData("vendor/method")]
    [InlineData("é")]
    public void Find_OtherName_IsUnknown(string name) => McpMethods.Find(Encoding.UTF8.GetBytes(name)).ShouldBe(McpMethod.Unknown);

    [Fact]
    public void Find_KnownMethod_AllocatesNothing()
    {
        McpMethods.Find("notifications/progress"u8);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var method = McpMethods.Find("notifications/progress"u8);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        method.ShouldBe(McpMethod.NotificationProgress);
    }
}

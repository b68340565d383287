using McpGateway.Gateway.Hosting;

namespace McpGateway.Gateway.Tests.Hosting;

public sealed class ProcessMemoryTests
{
    [Fact]
    public void Trim_AfterGarbage_GivesItBackAndGoesOn()
    {
        MakeGarbage();
        var before = GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
        ProcessMemory.Trim();
        GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes.ShouldBeLessThan(Math.Max(before, 64 * 1024 * 1024));
        string.Join(',', Enumerable.Range(0, 3)).ShouldBe("0,1,2");
    }

    private static void MakeGarbage()
    {
        for (var i = 0; i < 2_000; i++)
        {
            _ = new byte[64 * 1024];
        }
    }
}

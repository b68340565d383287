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

    [Fact]
    public void Trim_PagesOfFiles_AreLetGo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The system is asked in Linux' way.");
        var before = ResidentPagesOfFiles();
        ProcessMemory.Trim();
        ResidentPagesOfFiles().ShouldBeLessThan(before);
    }

    private static long ResidentPagesOfFiles()
    {
        var line = File.ReadLines("/proc/self/status").Single(static line => line.StartsWith("RssFile:", StringComparison.Ordinal));
        return long.Parse(line["RssFile:".Length..^"kB".Length], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void MakeGarbage()
    {
        for (var i = 0; i < 2_000; i++)
        {
            _ = new byte[64 * 1024];
        }
    }
}

using System.Diagnostics;
using McpGateway.Gateway.Upstreams.Stdio;
using McpGateway.Testing;

namespace McpGateway.Gateway.Tests.Upstreams;

public sealed class ChildGuardTests : IAsyncLifetime
{
    private readonly List<Process> _started = [];

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are guarded on Linux.");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task PipeCloses_GuardedGroupsEnd_ThoughTheyIgnoreEverythingElse()
    {
        var guard = new ChildGuard();
        var (one, two, released) = (await StubbornAsync(), await StubbornAsync(), await StubbornAsync());
        guard.Add(one.Id);
        guard.Add(released.Id);
        guard.Add(two.Id);
        guard.Remove(released.Id);

        guard.Dispose();

        await one.WaitForExitAsync(TestContext.Current.CancellationToken).Soon();
        await two.WaitForExitAsync(TestContext.Current.CancellationToken).Soon();
        released.HasExited.ShouldBeFalse();
    }

    [Fact]
    public async Task GuardKilled_IsReplacedForTheNextChild_AndGuardsTheOthersAgain()
    {
        var guard = new ChildGuard();
        var (one, two) = (await StubbornAsync(), await StubbornAsync());
        guard.Add(one.Id);
        using (var shell = Process.GetProcessById(guard.Id.ShouldNotBeNull()))
        {
            shell.Kill();
            await shell.WaitForExitAsync(TestContext.Current.CancellationToken).Soon();
        }

        guard.Add(two.Id);
        guard.Dispose();

        await one.WaitForExitAsync(TestContext.Current.CancellationToken).Soon();
        await two.WaitForExitAsync(TestContext.Current.CancellationToken).Soon();
    }

    /// <summary>A process that leads a group and ignores what it can.</summary>
    private async Task<Process> StubbornAsync()
    {
        var process = Process.Start(new ProcessStartInfo(
            "setsid", ["sh", "-c", "trap '' TERM HUP INT; echo ready; while :; do sleep 300; done"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        _started.Add(process);
        (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("ready");
        return process;
    }
}

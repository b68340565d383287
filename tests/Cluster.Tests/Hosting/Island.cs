using System.Globalization;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing;

namespace McpGateway.Cluster.Tests.Hosting;

/// <summary>
/// A network of its own, as another machine's is, with one cable to the test's that can be cut. Programs on it still see the same files, so a
/// database at the end of a Unix socket is reached in any case. Needs root and <c>ip</c>; the test should be in a network of its own
/// (<c>unshare -n</c>), which is left as it was found in any case then.
/// </summary>
internal sealed class Island : IAsyncDisposable
{
    private const string NearEnd = "mcpg-near";
    private const string FarEnd = "mcpg-far";

    private readonly ChildProgram _holder;

    private Island(ChildProgram holder) => _holder = holder;

    /// <summary>The test's address on the cable.</summary>
    public static string Near => "10.213.77.1";

    /// <summary>The island's address on the cable.</summary>
    public static string Far => "10.213.77.2";

    private string Id => _holder.Id.ToString(CultureInfo.InvariantCulture);

    public static async Task<Island> MakeAsync()
    {
        // The network lives as long as this.
        var island = new Island(ChildProgram.Start("unshare", ["-n", "sleep", "infinity"]));
        var own = File.ResolveLinkTarget("/proc/self/ns/net", returnFinalTarget: false)!.Name;
        await Eventually.TrueAsync(() => File.ResolveLinkTarget($"/proc/{island.Id}/ns/net", returnFinalTarget: false)!.Name != own, "there is another network");
        await RunAsync("ip", "link", "set", "lo", "up");
        await RunAsync("ip", "link", "add", NearEnd, "type", "veth", "peer", "name", FarEnd, "netns", island.Id);
        await RunAsync("ip", "address", "add", $"{Near}/30", "dev", NearEnd);
        await RunAsync("ip", "link", "set", NearEnd, "up");
        await island.RunThereAsync("ip", "link", "set", "lo", "up");
        await island.RunThereAsync("ip", "address", "add", $"{Far}/30", "dev", FarEnd);
        await island.MendAsync();
        return island;
    }

    /// <summary>The command that runs another one on the island.</summary>
    public string[] There(params string[] command) => ["nsenter", "-t", Id, "-n", .. command];

    /// <summary>From now on nothing comes through, and nobody is told.</summary>
    public Task CutAsync() => RunThereAsync("ip", "link", "set", FarEnd, "down");

    public Task MendAsync() => RunThereAsync("ip", "link", "set", FarEnd, "up");

    public ValueTask DisposeAsync() => _holder.DisposeAsync();

    private Task RunThereAsync(params string[] command) => RunAsync(There(command));

    private static async Task RunAsync(params string[] command)
    {
        await using var program = ChildProgram.Start(command[0], command[1..]);
        (await program.WaitForEndAsync()).ShouldBe(0, program.Recent);
    }
}

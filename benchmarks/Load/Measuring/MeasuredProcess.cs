using System.Diagnostics;
using System.Globalization;

namespace McpGateway.Load.Measuring;

/// <summary>A process of ours and what the system says about it. Linux only.</summary>
internal sealed class MeasuredProcess : IAsyncDisposable
{
    // USER_HZ, which has been 100 on every Linux for decades.
    private const double TicksPerSecond = 100;

    // Read by .NET's sockets: continuations run on the thread that waits for events (one system call less a message).
    private const string InlineSockets = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    private readonly Process _process;

    private MeasuredProcess(Process process) => _process = process;

    /// <summary>Whether its children do the work, as nginx's do.</summary>
    public bool WithChildren { get; set; }

    public StreamReader Output => _process.StandardOutput;

    public int Id => _process.Id;

    /// <summary>This program itself in another role. Its sockets are served as the gateway serves those of its upstreams, without a change of thread.</summary>
    public static MeasuredProcess StartRole(params string[] role) => Start("dotnet", ["exec", typeof(MeasuredProcess).Assembly.Location, .. role], inlineSockets: true);

    public static MeasuredProcess Start(
        string program, IEnumerable<string> arguments, bool inlineSockets = false, params IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // What is measured gets none of the settings that make the load cheap, but for those that it gives itself.
        start.Environment.Remove(InlineSockets);
        if (inlineSockets)
        {
            start.Environment[InlineSockets] = "1";
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new MeasuredProcess(Process.Start(start)!);
    }

    /// <summary>Processor time used until now by user and kernel; with the children's where it is a server whose children do the work.</summary>
    public TimeSpan ProcessorTime() => TimeSpan.FromSeconds((WithChildren ? [Id, .. Children()] : new[] { Id }).Sum(Ticks) / TicksPerSecond);

    /// <summary>Memory that is resident now, and how much of it is pages of files, in MB (10^6 bytes).</summary>
    public (double All, double OfFiles) ResidentMegabytes()
    {
        var lines = File.ReadAllLines($"/proc/{_process.Id}/status");
        return (Read("VmRSS:"), Read("RssFile:"));

        double Read(string name)
        {
            var line = lines.First(line => line.StartsWith(name, StringComparison.Ordinal));
            return double.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024 / 1e6;
        }
    }

    private static string[] Stat(int id)
    {
        // The name in brackets may hold anything; what comes after it is numbers (proc(5), /proc/pid/stat).
        var stat = File.ReadAllText($"/proc/{id}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    // Fields 14 utime and 15 stime.
    private static long Ticks(int id) => Stat(id)[11..13].Sum(static field => long.Parse(field, CultureInfo.InvariantCulture));

    private IEnumerable<int> Children() => File.ReadAllText($"/proc/{Id}/task/{Id}/children")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static id => int.Parse(id, CultureInfo.InvariantCulture));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

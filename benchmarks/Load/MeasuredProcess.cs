using System.Diagnostics;
using System.Globalization;

namespace McpGateway.Load;

/// <summary>A process of ours and what the system says about it. Linux only.</summary>
internal sealed class MeasuredProcess : IAsyncDisposable
{
    // USER_HZ, which has been 100 on every Linux for decades.
    private const double TicksPerSecond = 100;

    private readonly Process _process;

    private MeasuredProcess(Process process) => _process = process;

    public StreamReader Output => _process.StandardOutput;

    public static MeasuredProcess Start(string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new MeasuredProcess(Process.Start(start)!);
    }

    /// <summary>Processor time used until now, by user and kernel.</summary>
    public TimeSpan ProcessorTime()
    {
        // The name in brackets may hold anything; what comes after it is numbers (proc(5), /proc/pid/stat: 14 utime, 15 stime).
        var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

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

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

using System.Diagnostics;
using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Gateway.Upstreams.Stdio;

/// <summary>
/// A process with pipes for its three streams. It leads a session of its own, so that it gets no signal meant for us and everything it
/// starts can be ended with it.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly ProcessTree? _tree;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly Lazy<Task> _stopping;

    private ChildProcess(Process process, bool leadsSession, TimeSpan patience, TimeProvider time)
    {
        _process = process;
        Id = process.Id;
        _patience = patience;
        _time = time;
        _tree = OperatingSystem.IsLinux() ? new ProcessTree(process.Id, leadsSession) : null;
        _stopping = new Lazy<Task>(StopAsync);
        Exited = WaitForExitAsync(process);
        if (leadsSession)
        {
            ChildGuard.OfThisProcess.Add(Id);
        }
    }

    public int Id { get; }

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    public Stream Error => _process.StandardError.BaseStream;

    /// <summary>Ends with the exit code when the process itself has; what it started may still run.</summary>
    public Task<int> Exited { get; }

    /// <exception cref="UpstreamException">There is no such program or folder, or the system refuses.</exception>
    public static ChildProcess Start(StdioLaunch launch, TimeSpan patience, TimeProvider time)
    {
        var environment = ChildEnvironment.For(launch);
        var folder = launch.WorkingFolder ?? ChildEnvironment.Home;
        if (!Directory.Exists(folder))
        {
            throw new UpstreamException(UpstreamFault.Unreachable, $"The working folder '{folder}' does not exist.");
        }

        var program = CommandLookup.Find(launch.Command, environment, folder)
            ?? throw new UpstreamException(
                UpstreamFault.Unreachable,
                $"The command '{launch.Command}' was not found or is not executable (PATH is {environment.GetValueOrDefault("PATH")}).");
        var start = new ProcessStartInfo
        {
            FileName = CommandLookup.SetSid ?? program,
            WorkingDirectory = folder,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        if (CommandLookup.SetSid is not null)
        {
            start.ArgumentList.Add(program);
        }

        foreach (var argument in launch.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            var process = Process.Start(start) ?? throw new InvalidOperationException("No process was started.");
            return new ChildProcess(process, CommandLookup.SetSid is not null, patience, time);
        }
        catch (System.ComponentModel.Win32Exception refused)
        {
            throw new UpstreamException(UpstreamFault.Unreachable, $"The command '{launch.Command}' could not be started: {refused.Message}", refused);
        }
    }

    /// <summary>Ends the process and everything it started: end of input, then SIGTERM, then SIGKILL. All calls wait for the same end.</summary>
    public async ValueTask DisposeAsync() => await _stopping.Value;

    private async Task StopAsync()
    {
        // Seen now, members are found again after the process between them and us has gone.
        _ = _tree?.Living();
        await CloseInputAsync();
        await WaitAsync(() => _process.HasExited && IsGone());
        if (!IsGone())
        {
            _tree?.Signal(ProcessTree.Terminate);
            await WaitAsync(IsGone);
        }

        // Again and again, because one that starts others may do so while the list is read.
        for (var round = 0; round < 100 && !IsGone(); round++)
        {
            if (_tree is null)
            {
                _process.Kill(entireProcessTree: true);
            }

            _tree?.Signal(ProcessTree.Kill);
            await Task.Delay(s_look, _time);
        }

        if (IsGone())
        {
            await Exited;
            ChildGuard.OfThisProcess.Remove(Id);
            _process.Dispose();
        }
    }

    private static async Task<int> WaitForExitAsync(Process process)
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private bool IsGone() => _tree is null ? _process.HasExited : _tree.Living().Count == 0;

    private async Task WaitAsync(Func<bool> condition)
    {
        var began = _time.GetTimestamp();
        while (!condition() && _time.GetElapsedTime(began) < _patience)
        {
            await Task.Delay(s_look, _time);
        }
    }

    private async Task CloseInputAsync()
    {
        try
        {
            await Input.DisposeAsync();
        }
        catch (IOException)
        {
            // It closed its end first.
        }
    }
}

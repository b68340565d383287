using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using McpGateway.Testing;

namespace McpGateway.EndToEnd.Tests.Hosting;

/// <summary>A program that a test runs: its output line by line, its end certain.</summary>
internal sealed class ChildProgram : IAsyncDisposable
{
    private const int MostKept = 1000;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _recent = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private ChildProgram(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public StreamWriter Input => _process.StandardInput;

    /// <summary>The lines of its standard output, until it closes it.</summary>
    public ChannelReader<string> Lines => _lines.Reader;

    /// <summary>The last lines of both outputs, for messages.</summary>
    public string Recent => string.Join(Environment.NewLine, _recent);

    public static ChildProgram Start(
        string command, IEnumerable<string> arguments, IEnumerable<(string Name, string? Value)>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(command)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Repository.Root,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        var program = new ChildProgram(Process.Start(start)!);
        _ = program.PumpAsync(program._process.StandardOutput, program._lines.Writer);
        _ = program.PumpAsync(program._process.StandardError, null);
        return program;
    }

    /// <summary>The next line of standard output.</summary>
    public async Task<string> ReadLineAsync()
    {
        try
        {
            return await _lines.Reader.ReadAsync(TestContext.Current.CancellationToken).Soon();
        }
        catch (Exception exception) when (exception is TimeoutException or ChannelClosedException)
        {
            throw new InvalidOperationException($"{_process.StartInfo.FileName} wrote no further line. It wrote: {Recent}", exception);
        }
    }

    /// <summary>The first line of standard output for which it holds.</summary>
    public async Task<string> WaitForLineAsync(Func<string, bool> isIt)
    {
        while (true)
        {
            if (await ReadLineAsync() is { } line && isIt(line))
            {
                return line;
            }
        }
    }

    /// <summary>Its exit code, once it has ended.</summary>
    public async Task<int> WaitForEndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).Soon();
        return _process.ExitCode;
    }

    /// <summary>As <c>kill -9</c>: it cannot prepare for it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private async Task PumpAsync(StreamReader reader, ChannelWriter<string>? lines)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                _recent.Enqueue(line);
                while (_recent.Count > MostKept)
                {
                    _recent.TryDequeue(out _);
                }

                lines?.TryWrite(line);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It was disposed of.
        }
        finally
        {
            lines?.TryComplete();
        }
    }
}

using System.Globalization;
using System.Text;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams.Channels;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Gateway.Upstreams.Stdio;

/// <summary>An upstream that is a process of ours: one JSON message a line on its standard input and output.</summary>
public sealed class StdioTransport : IMessageTransport
{
    /// <summary>Lines of standard error are cut here, in bytes.</summary>
    public const int MaxErrorLine = 4096;

    private const int ReadSize = 16 * 1024;

    // Output that was written before the process died is still read; a grandchild that holds the pipe open must not keep us waiting.
    private static readonly TimeSpan s_afterDeath = TimeSpan.FromMilliseconds(500);

    private readonly ChildProcess _process;
    private readonly NewlineFramer _framer;
    private readonly Action<string> _log;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _dead = new();
    private readonly Task _errors;
    private readonly Task _death;
    private SocketTurn _turn;

    private StdioTransport(ChildProcess process, int maxLine, Action<string> log, TimeProvider time)
    {
        _process = process;
        _log = log;
        _framer = new NewlineFramer(maxLine);
        _errors = CollectErrorsAsync();
        _death = WatchDeathAsync(time);
    }

    public int ProcessId => _process.Id;

    /// <summary>Starts a process.</summary>
    /// <param name="log">Gets each line of its standard error, and of its standard output what is no message. Called from any thread.</param>
    /// <exception cref="UpstreamException">It could not be started.</exception>
    /// <remarks>On the thread pool, because making a process blocks, and its loops shall not be turns of the grain that asked.</remarks>
    public static Task<StdioTransport> StartAsync(StdioLaunch launch, UpstreamOptions options, Action<string> log, TimeProvider time) =>
        options.RunsProcesses
            ? Task.Run(() => Start(launch, options, log, time))
            : throw new UpstreamException(
                UpstreamFault.Unreachable, "No node runs that may start processes. A stdio MCP server needs a silo with Cluster:Roles=stdio.");

    private static StdioTransport Start(StdioLaunch launch, UpstreamOptions options, Action<string> log, TimeProvider time) =>
        new StdioTransport(ChildProcess.Start(launch, options.StopPatience, time), options.MaxResponseBytes, log, time);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        // A line must be whole, so what a caller began to write is written even when the caller leaves; the end of the process ends it.
        await _writing.WaitAsync(cancellationToken);

        // In one piece: a process that is woken by the message finds the end of its line there too.
        var line = BlockPool.Rent(message.Length + 1);
        try
        {
            WriteLine(message.Span, line);
            await _process.Input.WriteAsync(line.AsMemory(0, message.Length + 1), _dead.Token);
            await _process.Input.FlushAsync(_dead.Token);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or OperationCanceledException)
        {
            throw new UpstreamException(UpstreamFault.Broken, "The process does not read its input any more.", failure);
        }
        finally
        {
            BlockPool.Return(line);
            _writing.Release();
        }
    }

    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _dead.Token);
        while (true)
        {
            if (TryTake(out var message))
            {
                return message;
            }

            var read = 0;
            try
            {
                read = await _process.Output.ReadAsync(_framer.GetMemory(ReadSize), ending.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Dead, and what it wrote has been read.
            }
            catch (Exception broken) when (broken is IOException or ObjectDisposedException)
            {
                // The same.
            }

            if (read == 0)
            {
                throw new UpstreamException(UpstreamFault.Broken, await DescribeEndAsync());
            }

            _framer.Advance(read);
            if (_turn.IsOver(read))
            {
                await SocketTurn.LeaveAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _dead.CancelAsync();
        await _death;
        await _errors;
    }

    private bool TryTake(out ReadOnlyMemory<byte> message)
    {
        while (true)
        {
            switch (_framer.Read(out var line))
            {
                case FrameStatus.TooLong:
                    throw new UpstreamException(UpstreamFault.Invalid, "The process wrote a message longer than Upstreams:MaxResponseBytes allows.");
                case FrameStatus.NeedMore:
                    message = default;
                    return false;
                default:
                    // Servers print greetings and print statements to the wrong stream; those are for people.
                    if (line.TrimStart(" \t"u8) is [(byte)'{' or (byte)'[', ..])
                    {
                        message = line.ToArray();
                        return true;
                    }

                    _log(Text(line[..Math.Min(line.Length, MaxErrorLine)]));
                    break;
            }
        }
    }

    private async Task<string> DescribeEndAsync()
    {
        // Its streams end a moment before the process does.
        await Task.WhenAny(_process.Exited, Task.Delay(s_afterDeath, CancellationToken.None));
        if (!_process.Exited.IsCompletedSuccessfully)
        {
            return "The process closed its output.";
        }

        var code = await _process.Exited;
        return string.Create(CultureInfo.InvariantCulture, $"The process ended with exit code {code}; its log may say why.");
    }

    private async Task WatchDeathAsync(TimeProvider time)
    {
        try
        {
            await _process.Exited.WaitAsync(_dead.Token);
            await Task.Delay(s_afterDeath, time, _dead.Token);
            await _dead.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // It was ended by us.
        }
    }

    private async Task CollectErrorsAsync()
    {
        var lines = new LineReader(_process.Error, MaxErrorLine);
        try
        {
            while (await lines.ReadAsync(_dead.Token) is { } line)
            {
                _log(Text(line));
            }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The process is gone, or being ended.
        }
    }

    /// <summary>Readable text: what is no UTF-8 is replaced, and control characters (colours, bells) are left out.</summary>
    private static string Text(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line);
        return text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 ? text : string.Concat(text.Where(c => c == '\t' || !char.IsControl(c)));
    }

    private static void WriteLine(ReadOnlySpan<byte> message, Span<byte> line)
    {
        // Between the tokens of JSON a line end is white space, and inside strings it cannot stand.
        message.Replace(line, (byte)'\n', (byte)' ');
        line = line[..(message.Length + 1)];
        line.Replace((byte)'\r', (byte)' ');
        line[^1] = (byte)'\n';
    }
}

using System.Diagnostics;
using System.Globalization;

namespace McpGateway.Gateway.Upstreams.Stdio;

/// <summary>
/// Ends the children of a process that was killed and could not do it itself: a small shell that reads from a pipe which children start and
/// end. However this process ends, the system closes the pipe; then children have some seconds to follow the end of their input, and what
/// is left of their process groups is ended. Linux only. A descendant that left its group survives.
/// </summary>
internal sealed class ChildGuard : IDisposable
{
    // A line is a sign, a process number and its start time (a number may be another process's by then: /proc/N/stat, field 22).
    private const string Script = """
        exec >/dev/null 2>&1
        trap '' HUP INT TERM
        all=
        while read -r sign id started; do
          rest=
          for one in $all; do [ "$one" = "$id:$started" ] || rest="$rest $one"; done
          all=$rest
          [ "$sign" = - ] || all="$all $id:$started"
        done
        signal() {
          for one in $all; do
            id=${one%%:*} started=${one#*:} name=$1
            if read -r line </proc/$id/stat; then
              ( set -- ${line##*) }; [ "${20}" = "$started" ] ) || continue
            fi
            kill -s "$name" -- "-$id"
          done
        }
        [ -n "$all" ] || exit 0
        sleep 3
        signal TERM
        sleep 2
        signal KILL
        """;

    private readonly Dictionary<int, ulong> _children = [];
    private readonly Lock _gate = new();
    private Process? _shell;

    public static ChildGuard OfThisProcess { get; } = new();

    /// <summary>The guarding process; null before the first child.</summary>
    public int? Id => _shell?.Id;

    /// <summary>Guards a child that leads a session, and so a process group, of its own.</summary>
    public void Add(int child)
    {
        if (CommandLookup.SetSid is null || ProcessTree.StartOf(child) is not { } started)
        {
            return;
        }

        lock (_gate)
        {
            _children[child] = started;
            if (!TryTell('+', child, started))
            {
                Restart();
            }
        }
    }

    /// <summary>The child and all of its group are gone.</summary>
    public void Remove(int child)
    {
        lock (_gate)
        {
            // A guard that is gone is replaced when there is something to guard again.
            _ = _children.Remove(child, out var started) && TryTell('-', child, started);
        }
    }

    /// <summary>Closes the pipe, as the end of this process would.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            LetGo();
        }
    }

    private bool TryTell(char sign, int child, ulong started)
    {
        try
        {
            _shell?.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sign} {child} {started}"));
            return _shell is not null;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Restart()
    {
        LetGo();
        var start = new ProcessStartInfo(CommandLookup.SetSid!, ["/bin/sh", "-c", Script, "mcpgateway-guard"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        try
        {
            _shell = Process.Start(start)!;
            _shell.StandardInput.AutoFlush = true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No shell: children are guarded by the end of their input alone.
            return;
        }

        foreach (var (child, started) in _children)
        {
            _ = TryTell('+', child, started);
        }
    }

    private void LetGo()
    {
        try
        {
            _shell?.StandardInput.Dispose();
        }
        catch (IOException)
        {
            // It is gone already.
        }

        _shell?.Dispose();
        _shell = null;
    }
}

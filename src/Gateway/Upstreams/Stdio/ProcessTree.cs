using System.Globalization;
using System.Runtime.InteropServices;

namespace McpGateway.Gateway.Upstreams.Stdio;

/// <summary>
/// A child and everything it started, as /proc shows it: its descendants, and the members of the sessions that it and they lead, which
/// are found even when the process between has died. What left both ways before it was first seen cannot be found.
/// </summary>
internal sealed partial class ProcessTree
{
    public const int Terminate = 15;
    public const int Kill = 9;

    // A process is a number and a start time: numbers are used again.
    private readonly HashSet<Identity> _known = [];
    private readonly HashSet<int> _sessions = [];

    public ProcessTree(int root, bool leadsSession)
    {
        if (leadsSession)
        {
            _sessions.Add(root);
        }

        if (Read(root) is { } process)
        {
            _known.Add(process.Identity);
        }
    }

    /// <summary>The members that live now; remembered, so that they are found later when their parents are gone.</summary>
    public IReadOnlyList<int> Living()
    {
        var all = ReadAll();
        var ours = Environment.ProcessId;
        bool grown;
        do
        {
            grown = false;
            foreach (var process in all)
            {
                if (process.Id == ours || _known.Contains(process.Identity))
                {
                    continue;
                }

                if (_sessions.Contains(process.Session) || all.Exists(other => other.Id == process.Parent && IsMember(other)))
                {
                    _known.Add(process.Identity);
                    if (process.Session == process.Id)
                    {
                        _sessions.Add(process.Id);
                    }

                    grown = true;
                }
            }
        }
        while (grown);

        return [.. all.Where(process => !process.IsDead && IsMember(process)).Select(process => process.Id)];
    }

    /// <summary>When a process started, in the system's ticks; null when it is gone.</summary>
    public static ulong? StartOf(int process) => OperatingSystem.IsLinux() ? Read(process)?.Started : null;

    /// <summary>Signals every member that lives.</summary>
    public void Signal(int signal)
    {
        foreach (var process in Living())
        {
            _ = SendSignal(process, signal);
        }
    }

    private bool IsMember(Entry process) => _known.Contains(process.Identity);

    private static List<Entry> ReadAll()
    {
        var entries = new List<Entry>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Read(id) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    private static Entry? Read(int id)
    {
        string text;
        try
        {
            text = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // The name stands in parentheses and may contain anything, so the fields are counted from the last one.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return new Entry(
            id,
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            int.Parse(fields[3], CultureInfo.InvariantCulture),
            ulong.Parse(fields[19], CultureInfo.InvariantCulture),
            fields[0] is "Z" or "X");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int process, int signal);

    private readonly record struct Identity(int Id, ulong Started);

    private readonly record struct Entry(int Id, int Parent, int Session, ulong Started, bool IsDead)
    {
        public Identity Identity => new(Id, Started);
    }
}

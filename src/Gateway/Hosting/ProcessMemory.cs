using System.Globalization;
using System.Runtime.InteropServices;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Gateway.Hosting;

/// <summary>Gives memory back to the system.</summary>
public static partial class ProcessMemory
{
    // MADV_DONTNEED: the pages leave this process; the system's file cache keeps them for whoever touches them again.
    private const int DoNotNeed = 4;

    /// <summary>
    /// Collects all garbage, returns what native code has freed, and lets go of the pages of files that only past work touched. Costs some
    /// 50 ms now, and later a page fault for what is needed after all. Where the system does not allow a part of it, that part is left out.
    /// </summary>
    public static void Trim()
    {
        // First, because it makes garbage of its own.
        if (OperatingSystem.IsLinux())
        {
            TryDropPagesOfFiles();
        }

        BlockPool.Trim();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (OperatingSystem.IsLinux())
        {
            ReturnFreed();
        }
    }

    private static void ReturnFreed()
    {
        try
        {
            _ = ReturnFreedMemory(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Only glibc keeps so much that it has a function to give it back.
        }
    }

    private static void TryDropPagesOfFiles()
    {
        try
        {
            DropPagesOfFiles();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A hardened /proc: the system takes these pages by itself when memory is short.
        }
    }

    /// <summary>
    /// A mapping is a line such as <c>7f1200000000-7f1200100000 r-xp 00001000 fe:01 131 /usr/lib/x.so</c>, then its figures, a line each.
    /// </summary>
    private static void DropPagesOfFiles()
    {
        var file = default((nuint Start, nuint Length)?);
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.Contains('-', StringComparison.Ordinal) && line.Contains(" /", StringComparison.Ordinal))
            {
                file = ReadOnlyFile(line);
            }
            else if (line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                // Pages that were written before they became read-only (relocations) are in no file. A mapping that has any is left alone.
                if (file is { } mapping && line.EndsWith(" 0 kB", StringComparison.Ordinal))
                {
                    _ = Advise(mapping.Start, mapping.Length, DoNotNeed);
                }

                file = null;
            }
        }
    }

    private static (nuint Start, nuint Length)? ReadOnlyFile(ReadOnlySpan<char> line)
    {
        var dash = line.IndexOf('-');
        var space = line.IndexOf(' ');
        var access = line.Slice(space + 1, 4);
        // Shared mappings are no file: what the runtime compiles lies in memory that it maps twice.
        return access is "r--p" or "r-xp"
            && nuint.TryParse(line[..dash], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var start)
            && nuint.TryParse(line[(dash + 1)..space], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var end)
                ? (start, end - start)
                : null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nuint address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ReturnFreedMemory(nuint keep);
}

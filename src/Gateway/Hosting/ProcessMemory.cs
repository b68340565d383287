using System.Globalization;
using System.Runtime.InteropServices;

namespace McpGateway.Gateway.Hosting;

/// <summary>Gives memory back to the system.</summary>
public static partial class ProcessMemory
{
    // MADV_PAGEOUT of Linux 5.4: pages that nobody touches leave memory, and come back from the file when they are touched again.
    private const int PageOut = 21;

    /// <summary>
    /// Collects all garbage and lets go of code that only the start ran. Costs some 50 ms now, and later a page fault for what is needed
    /// after all. Where the system does not allow a part of it, that part is left out.
    /// </summary>
    public static void Trim()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            foreach (var line in File.ReadLines("/proc/self/maps"))
            {
                PageOutCode(line);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A hardened /proc: the kernel reclaims these pages by itself when memory is short.
        }
    }

    /// <summary>A line is such as <c>7f1200000000-7f1200100000 r-xp 00001000 fe:01 131 /usr/lib/x.so</c>.</summary>
    private static void PageOutCode(ReadOnlySpan<char> line)
    {
        var dash = line.IndexOf('-');
        var space = line.IndexOf(' ');
        var isReadOnlyFile = line.Contains(" /", StringComparison.Ordinal) && line[(space + 1)..].StartsWith("r", StringComparison.Ordinal) && line[space + 2] == '-';
        if (isReadOnlyFile
            && nuint.TryParse(line[..dash], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var start)
            && nuint.TryParse(line[(dash + 1)..space], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var end))
        {
            _ = Advise(start, end - start, PageOut);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nuint address, nuint length, int advice);
}

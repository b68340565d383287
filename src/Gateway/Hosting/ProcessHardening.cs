using System.Runtime.InteropServices;

namespace McpGateway.Gateway.Hosting;

/// <summary>What a host does to itself before it holds secrets.</summary>
public static partial class ProcessHardening
{
    private const int SetDumpable = 4;

    /// <summary>
    /// Makes memory and environment of this process unreadable through /proc to processes of the same user, such as the stdio servers it
    /// starts, and keeps secrets out of core dumps. False where the system has no such thing or refuses.
    /// </summary>
    public static bool HideFromChildren() => OperatingSystem.IsLinux() && Prctl(SetDumpable, 0, 0, 0, 0) == 0;

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Prctl(int option, nuint value, nuint third, nuint fourth, nuint fifth);
}

namespace McpGateway.Gateway.Upstreams.Stdio;

/// <summary>Finds the program a command means, so that a missing one is told by name instead of by an exit code.</summary>
internal static class CommandLookup
{
    private static readonly Lazy<string?> s_setSid = new(() => OperatingSystem.IsLinux() ? InPath("setsid", "/usr/bin:/bin", "/") : null);

    /// <summary>The program that gives a child a session of its own; null where there is none.</summary>
    public static string? SetSid => s_setSid.Value;

    /// <summary>The full path of a command; null when there is no such program.</summary>
    public static string? Find(string command, IReadOnlyDictionary<string, string> environment, string workingFolder) =>
        command.Contains('/', StringComparison.Ordinal) || Path.IsPathRooted(command)
            ? Executable(Path.GetFullPath(command, workingFolder), environment)
            : InPath(command, environment.GetValueOrDefault("PATH", ""), workingFolder, environment);

    private static string? InPath(string command, string path, string workingFolder, IReadOnlyDictionary<string, string>? environment = null)
    {
        foreach (var folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            if (Executable(Path.Combine(Path.GetFullPath(folder, workingFolder), command), environment) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string? Executable(string path, IReadOnlyDictionary<string, string>? environment)
    {
        if (OperatingSystem.IsWindows())
        {
            var extensions = environment?.GetValueOrDefault("PATHEXT", ".EXE") ?? ".EXE";
            return Array.Find([path, .. extensions.Split(';').Select(extension => path + extension)], File.Exists);
        }

        const UnixFileMode execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (File.GetUnixFileMode(path) & execute) != UnixFileMode.None ? path : null;
    }
}

namespace McpGateway.Gateway.Upstreams.Stdio;

/// <summary>
/// What a child process knows of us: nothing but where programs are (PATH: scripts name their interpreter by it), a home and a temporary
/// folder (HOME, TMPDIR: npx and uvx keep their downloads there) and that text is UTF-8 (LANG). Our own variables hold keys and
/// passwords, so none of the others is passed on.
/// </summary>
internal static class ChildEnvironment
{
    private const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";

    // Windows programs do not start without these.
    private static readonly string[] s_windows =
        ["SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA"];

    public static Dictionary<string, string> For(StdioLaunch launch)
    {
        var names = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var environment = new Dictionary<string, string>(names)
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? DefaultPath,
        };

        if (OperatingSystem.IsWindows())
        {
            Array.ForEach(s_windows, name => Inherit(environment, name));
        }
        else
        {
            environment["LANG"] = "C.UTF-8";
            environment["HOME"] = Home;
            Inherit(environment, "TMPDIR");
        }

        foreach (var (name, value) in launch.Environment)
        {
            environment[name] = value;
        }

        return environment;
    }

    public static string Home
    {
        get
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return home.Length > 0 && Directory.Exists(home) ? home : Path.GetTempPath();
        }
    }

    private static void Inherit(Dictionary<string, string> environment, string name)
    {
        if (Environment.GetEnvironmentVariable(name) is { } value)
        {
            environment[name] = value;
        }
    }
}

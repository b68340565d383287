using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace McpGateway.Testing.Databases;

/// <summary>
/// A PostgreSQL server of our own, reached through a socket in a temporary folder: no port, no password, gone with the tests. Its
/// default collation is a linguistic one on purpose, as on many a company's server.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>A user that the server asks for a password, once it has been made.</summary>
    public const string GuardedUser = "guarded";

    private const string Superuser = "gateway";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _binaries;
    private readonly string _folder;
    private Process? _guard;
    private int _databases;

    private PostgresServer(string binaries, string folder)
    {
        _binaries = binaries;
        _folder = folder;
    }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>
    /// Starts a server. Null where PostgreSQL is not installed, so that tests can be skipped on a laptop; where <c>CI</c> is
    /// <c>true</c> that is an error.
    /// </summary>
    public static async Task<PostgresServer?> TryStartAsync()
    {
        if (FindBinaries() is not { } binaries)
        {
            return string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase)
                ? throw new InvalidOperationException("PostgreSQL is not installed (no initdb under /usr/lib/postgresql/*/bin).")
                : null;
        }

        var server = new PostgresServer(binaries, Directory.CreateTempSubdirectory("mcpg-pg-").FullName);
        await server.StartAsync();
        return server;
    }

    /// <summary>The connection string of a database.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = _folder,
        Username = Superuser,
        Database = database,
        Timeout = 30,
        IncludeErrorDetail = true,
    }.ConnectionString;

    /// <summary>Makes a new database, as a copy of <paramref name="template"/> where one is named, and answers its name.</summary>
    public async Task<string> CreateDatabaseAsync(string template = "template1")
    {
        var name = $"test{Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture)}";
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}");
        return name;
    }

    public Task DropDatabaseAsync(string name) => ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");

    /// <summary>A database as SQL text; bytes are hexadecimal in it.</summary>
    public async Task<byte[]> DumpAsync(string name)
    {
        var file = Path.Combine(_folder, name + ".sql");
        await RunAsync("pg_dump", "-h", _folder, "-U", Superuser, "-f", file, name);
        return await File.ReadAllBytesAsync(file);
    }

    /// <summary>Ends every connection to a database, as an administrator of the server may. Answers how many there were.</summary>
    public async Task<int> TerminateConnectionsAsync(string database, string condition = "true") => Convert.ToInt32(
        await ExecuteAsync($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{database}' AND {condition}"),
        CultureInfo.InvariantCulture);

    /// <summary>Changes a setting of the running server; empty puts its default back.</summary>
    public async Task SetAsync(string setting, string value)
    {
        await ExecuteAsync(value.Length == 0 ? $"ALTER SYSTEM RESET {setting}" : $"ALTER SYSTEM SET {setting} = '{value}'");
        await ExecuteAsync("SELECT pg_reload_conf()");
    }

    /// <summary>Stops the server: <c>fast</c> ends its connections, <c>immediate</c> is a crash.</summary>
    public Task StopAsync(string mode = "fast") => RunAsync("pg_ctl", "-D", Data, "-m", mode, "-w", "stop");

    /// <summary>Starts the server again.</summary>
    public Task StartAgainAsync() => RunAsync(
        "pg_ctl", "-D", Data, "-l", Path.Combine(_folder, "log"), "-w", "-o",
        $"-c listen_addresses='' -c unix_socket_directories='{_folder}' -c fsync=off -c max_connections=500", "start");

    public async ValueTask DisposeAsync()
    {
        // Stops the server, if it runs, and takes the folder away.
        _guard?.StandardInput.Close();
        await (_guard?.WaitForExitAsync() ?? Task.CompletedTask);
        _guard?.Dispose();
    }

    private async Task StartAsync()
    {
        if (Environment.IsPrivilegedProcess)
        {
            // PostgreSQL refuses to run as root.
            await RunToolAsync("chown", "-R", "postgres", _folder);
        }

        await RunAsync(
            "initdb", "-D", Data, "-U", Superuser, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
            "--locale-provider=icu", "--icu-locale=en-US", "--no-sync");
        // One user has to say a password, so that a wrong one can be tried.
        await File.WriteAllTextAsync(Path.Combine(Data, "pg_hba.conf"), $"local all {GuardedUser} scram-sha-256\nlocal all all trust\n");
        Guard();
        await StartAgainAsync();
    }

    // Where the tests are killed, the pipe to this shell ends, and with it the server.
    private void Guard()
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = Path.GetTempPath(),
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] stop = [.. AsOwner(Path.Combine(_binaries, "pg_ctl")), "-D", Data, "-m", "immediate", "-w", "stop"];
        string[] all = ["-c", "folder=$1; shift; trap '' INT TERM HUP; read -r _; \"$@\"; rm -rf \"$folder\"", "sh", _folder, .. stop];
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        _guard = Process.Start(start)!;
    }

    /// <summary>Runs a statement as the superuser and answers its first value.</summary>
    public async Task<object?> ExecuteAsync(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text of tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    private Task RunAsync(string tool, params string[] arguments)
    {
        var command = AsOwner(Path.Combine(_binaries, tool));
        return RunToolAsync(command[0], [.. command[1..], .. arguments]);
    }

    private static string[] AsOwner(string path) =>
        Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", path] : [path];

    private async Task RunToolAsync(string file, params string[] arguments)
    {
        var output = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            // The server outlives pg_ctl and keeps its output: a pipe would never end, so a shell sends it to a file.
            var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = Path.GetTempPath() };
            string[] all = ["-c", "out=$1; shift; exec \"$@\" >\"$out\" 2>&1 </dev/null", "sh", output, file, .. arguments];
            foreach (var argument in all)
            {
                start.ArgumentList.Add(argument);
            }

            using var process = Process.Start(start)!;
            using var patience = new CancellationTokenSource(s_patience);
            await process.WaitForExitAsync(patience.Token);
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} failed: {await File.ReadAllTextAsync(output)}");
            }
        }
        finally
        {
            File.Delete(output);
        }
    }

    private static string? FindBinaries()
    {
        const string root = "/usr/lib/postgresql";
        return Directory.Exists(root)
            ? Directory.GetDirectories(root)
                .Select(version => Path.Combine(version, "bin"))
                .Where(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")))
                .OrderByDescending(folder => folder, StringComparer.Ordinal)
                .FirstOrDefault()
            : null;
    }
}

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
    private const string Superuser = "gateway";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly string _binaries;
    private readonly string _folder;
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

    public async ValueTask DisposeAsync()
    {
        await RunAsync("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
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
        await RunAsync(
            "pg_ctl", "-D", Data, "-l", Path.Combine(_folder, "log"), "-w", "-o",
            $"-c listen_addresses='' -c unix_socket_directories='{_folder}' -c fsync=off -c max_connections=200", "start");
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names made here only.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private Task RunAsync(string tool, params string[] arguments)
    {
        var path = Path.Combine(_binaries, tool);
        return Environment.IsPrivilegedProcess
            ? RunToolAsync("runuser", ["-u", "postgres", "--", path, .. arguments])
            : RunToolAsync(path, arguments);
    }

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

using System.Diagnostics;
using System.Runtime.Versioning;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Seam;
using McpGateway.Storage.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Storage.Tests;

public sealed class SqliteDatabaseTests(TestDatabases databases)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connections_AreDurableAndHoldForeignKeys()
    {
        using var database = await databases.CreateAsync(DatabaseKind.Sqlite);
        async Task<string> PragmaAsync(GatewayDbContext db, string name)
        {
            await db.Database.OpenConnectionAsync(Cancellation);
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"PRAGMA {name}";
            return Convert.ToString(await command.ExecuteScalarAsync(Cancellation), System.Globalization.CultureInfo.InvariantCulture)!;
        }

        foreach (var _ in Enumerable.Range(0, 3))
        {
            var (journal, synchronous, keys) = await database.ReadAsync(
                async (db, _) => (await PragmaAsync(db, "journal_mode"), await PragmaAsync(db, "synchronous"), await PragmaAsync(db, "foreign_keys")),
                Cancellation);
            journal.ShouldBe("wal");
            synchronous.ShouldBe("2");
            keys.ShouldBe("1");
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Initialize_NewFile_IsTheOwnersAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
        }

        var options = await databases.OptionsAsync(DatabaseKind.Sqlite);
        using var database = TestDatabases.Open(options);
        await database.InitializeAsync(Cancellation);
        await AddAsync(database, "a");

        foreach (var file in Directory.GetFiles(options.DataFolder, "gateway.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        }
    }

    [Fact]
    public async Task CommittedRows_AreOnDiskBeforeTheAnswer()
    {
        var options = await databases.OptionsAsync(DatabaseKind.Sqlite);
        using var database = TestDatabases.Open(options);
        await database.InitializeAsync(Cancellation);
        await AddAsync(database, "a");

        // What a killed process leaves: the files as they are, with nothing folded, flushed or closed.
        var left = new StorageOptions { DataFolder = databases.NewFolder() };
        Directory.CreateDirectory(left.DataFolder);
        foreach (var file in new[] { "gateway.db", "gateway.db-wal" })
        {
            File.Copy(Path.Combine(options.DataFolder, file), Path.Combine(left.DataFolder, file));
        }

        using var after = TestDatabases.Open(left);
        await after.InitializeAsync(Cancellation);
        (await after.ReadAsync((db, token) => db.Settings.CountAsync(token), Cancellation)).ShouldBe(1);
        var check = await after.ReadAsync(
            (db, token) => db.Database.SqlQuery<string>($"SELECT integrity_check AS Value FROM pragma_integrity_check").SingleAsync(token), Cancellation);
        check.ShouldBe("ok");
    }

    [Fact]
    public async Task Initialize_FileInUseByAnotherProcess_IsRefusedByName()
    {
        var options = await databases.OptionsAsync(DatabaseKind.Sqlite);
        Directory.CreateDirectory(options.DataFolder);
        var path = Path.Combine(options.DataFolder, "gateway.db.lock");
        var start = new ProcessStartInfo("flock", ["--exclusive", path, "sh", "-c", "echo held; read line"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var other = Process.Start(start)!;
        (await other.StandardOutput.ReadLineAsync(Cancellation)).ShouldBe("held");
        using var database = TestDatabases.Open(options);

        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => database.InitializeAsync(Cancellation));
        refusal.Message.ShouldContain("Another gateway is using the database");
        refusal.Message.ShouldContain(options.DataFolder);

        other.StandardInput.Close();
        await other.WaitForExitAsync(Cancellation).WaitAsync(s_patience, Cancellation);
        await database.InitializeAsync(Cancellation);
    }

    [Fact]
    public async Task OpenDatabase_IsLockedAgainstOtherProcesses_UntilDisposed()
    {
        var options = await databases.OptionsAsync(DatabaseKind.Sqlite);
        var path = Path.Combine(options.DataFolder, "gateway.db.lock");
        using (var database = TestDatabases.Open(options))
        {
            await database.InitializeAsync(Cancellation);
            (await TryLockElsewhereAsync(path)).ShouldBeFalse();
        }

        (await TryLockElsewhereAsync(path)).ShouldBeTrue();
    }

    [Fact]
    public async Task Initialize_MigrationLockLeftByAKilledProcess_DoesNotWait()
    {
        var options = await databases.OptionsAsync(DatabaseKind.Sqlite);
        Directory.CreateDirectory(options.DataFolder);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(options.DataFolder, "gateway.db")};Pooling=False"))
        {
            await connection.OpenAsync(Cancellation);
            await using var command = connection.CreateCommand();
            command.CommandText =
                """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01');
                """;
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        using var database = TestDatabases.Open(options);
        await database.InitializeAsync(Cancellation).WaitAsync(s_patience, Cancellation);
        await AddAsync(database, "a");
    }

    [Fact]
    public async Task Write_QueueIsFull_IsRefusedAtOnce()
    {
        using var database = await databases.CreateAsync(DatabaseKind.Sqlite, configure: options => options.MaxWaitingWrites = 1);
        var release = new TaskCompletionSource();
        var running = HoldAsync(database, release.Task);
        var waiting = AddAsync(database, "waiting");

        await Should.ThrowAsync<StorageUnavailableException>(() => AddAsync(database, "refused"));
        var refusal = await database.TryWriteAsync<string>((_, _, _) => Task.FromResult<Outcome<string>>("never"), Cancellation);
        refusal.Refusal!.Kind.ShouldBe(RefusalKind.Unavailable);

        release.SetResult();
        await running;
        await waiting;
        (await database.ReadAsync((db, token) => db.Settings.Select(s => s.Key).ToListAsync(token), Cancellation)).ShouldBe(["waiting"]);
    }

    [Fact]
    public async Task Write_WaitsTooLong_IsRefusedAndTheQueueGoesOn()
    {
        using var database = await databases.CreateAsync(
            DatabaseKind.Sqlite, configure: options => options.WriteWait = TimeSpan.FromMilliseconds(50));
        var release = new TaskCompletionSource();
        var running = HoldAsync(database, release.Task);

        await Should.ThrowAsync<StorageUnavailableException>(() => AddAsync(database, "late"));

        release.SetResult();
        await running;
        await AddAsync(database, "next");
    }

    [Fact]
    public async Task Write_CallerGivesUpWaiting_IsCancelled()
    {
        using var database = await databases.CreateAsync(DatabaseKind.Sqlite);
        using var impatience = new CancellationTokenSource();
        var release = new TaskCompletionSource();
        var running = HoldAsync(database, release.Task);
        var waiting = database.WriteAsync((_, _, _) => Task.CompletedTask, impatience.Token);

        await impatience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);

        release.SetResult();
        await running;
    }

    [Fact]
    public async Task Reads_WhileAWriteIsOpen_SeeTheStateBefore()
    {
        using var database = await databases.CreateAsync(DatabaseKind.Sqlite);
        var written = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var writing = database.WriteAsync(
            async (db, _, token) =>
            {
                db.Settings.Add(new SettingEntity { Key = "a", Value = "" });
                await db.SaveChangesAsync(token);
                written.SetResult();
                await release.Task;
            },
            Cancellation);
        await written.Task.WaitAsync(s_patience, Cancellation);

        (await database.ReadAsync((db, token) => db.Settings.CountAsync(token), Cancellation).WaitAsync(s_patience, Cancellation)).ShouldBe(0);
        release.SetResult();
        await writing;
        (await database.ReadAsync((db, token) => db.Settings.CountAsync(token), Cancellation)).ShouldBe(1);
    }

    private static async Task<bool> TryLockElsewhereAsync(string path)
    {
        using var process = Process.Start("flock", ["--exclusive", "--nonblock", path, "true"]);
        await process.WaitForExitAsync(Cancellation).WaitAsync(s_patience, Cancellation);
        return process.ExitCode == 0;
    }

    private static Task HoldAsync(GatewayDatabase database, Task release) => database.WriteAsync((_, _, _) => release, Cancellation);

    private static Task AddAsync(GatewayDatabase database, string key) => database.WriteAsync(
        (db, _, _) =>
        {
            db.Settings.Add(new SettingEntity { Key = key, Value = "" });
            return Task.CompletedTask;
        },
        Cancellation);
}

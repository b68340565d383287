using System.Diagnostics;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Seam;
using McpGateway.Storage.Model;
using McpGateway.Testing;
using McpGateway.Testing.Databases;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Storage.Tests;

/// <summary>A PostgreSQL server of the test's own that is stopped, crashes, and loses connections in the middle of a commit.</summary>
public sealed class PostgresOutageTests : IAsyncLifetime
{
    private PostgresServer _server = null!;
    private string _name = "";
    private GatewayDatabase _database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var server = await PostgresServer.TryStartAsync();
        Assert.SkipWhen(server is null, "PostgreSQL is not installed.");
        _server = server;
        _name = await _server.CreateDatabaseAsync();
        _database = TestDatabases.Open(new StorageOptions { Provider = StorageOptions.Postgres, ConnectionString = _server.ConnectionString(_name) });
        await _database.InitializeAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _database?.Dispose();
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("immediate")]
    public async Task Server_RestartedWhileWriting_KeepsWhatWasSaidToBeKept(string mode)
    {
        var told = new List<string>();
        var refused = new List<string>();
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    try
                    {
                        await AddAsync($"{i}");
                        told.Add($"{i}");
                    }
                    catch (StorageUnavailableException)
                    {
                        refused.Add($"{i}");
                    }
                    catch (TimeoutException)
                    {
                        // In doubt: it may be there or not.
                    }
                }
            },
            Cancellation);
        await Eventually.TrueAsync(() => told.Count > 10, "it writes");

        await _server.StopAsync(mode);
        await _server.StartAgainAsync();
        var before = told.Count;
        await Eventually.TrueAsync(() => told.Count > before + 10, "it writes again");
        await stop.CancelAsync();
        await writing;

        var rows = await KeysAsync();
        told.ShouldBeSubsetOf(rows);
        rows.ShouldNotContain(key => refused.Contains(key));
        (await _database.ReadAsync((db, token) => db.Changes.Select(row => row.Key).ToListAsync(token), Cancellation)).Order().ShouldBe(rows.Order());
    }

    [Fact]
    public async Task Server_Away_IsSaidSoonAndAtOnceFromThenOn()
    {
        await _server.StopAsync();

        (await Should.ThrowAsync<StorageUnavailableException>(() => AddAsync("a").Soon())).Message.ShouldContain("Nothing was changed");
        var clock = Stopwatch.StartNew();
        await Should.ThrowAsync<StorageUnavailableException>(() => KeysAsync().Soon());
        var refusal = await _database.TryWriteAsync<bool>((_, _, _) => throw new InvalidOperationException("is not reached"), Cancellation).Soon();

        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3));
        refusal.Refusal!.Kind.ShouldBe(RefusalKind.Unavailable);
        await _server.StartAgainAsync();
        await AddAsync("b").Soon();
        (await KeysAsync()).ShouldBe(["b"]);
    }

    // The commit waits for a standby that there is not: it is on disk, and only its answer is missing.
    [Fact]
    public async Task Commit_MadeButItsAnswerLost_CountsAsMadeAndIsNotRepeated()
    {
        await _server.SetAsync("synchronous_standby_names", "nobody");
        var writing = AddAsync("a");
        await TerminateWhenAsync("wait_event = 'SyncRep'");

        await writing.Soon();

        await _server.SetAsync("synchronous_standby_names", "");
        (await KeysAsync()).ShouldBe(["a"]);
    }

    // A deferred trigger sleeps in the first commit: it is not made when the connection goes.
    [Fact]
    public async Task Commit_LostBeforeItWasMade_IsMadeOnce()
    {
        await _server.ExecuteAsync(
            """
            CREATE SEQUENCE commits;
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN IF nextval('commits') = 1 THEN PERFORM pg_sleep(3600); END IF; RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON "Settings" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow();
            """,
            _name);
        var writing = AddAsync("a");
        await TerminateWhenAsync("wait_event = 'PgSleep'");

        await writing.Soon();
        (await KeysAsync()).ShouldBe(["a"]);
    }

    private async Task TerminateWhenAsync(string condition) => await Eventually.TrueAsync(
        async () => await _server.TerminateConnectionsAsync(_name, condition) > 0, $"a connection is found where {condition}");

    private Task AddAsync(string key) => _database.WriteAsync(
        (db, log, _) =>
        {
            db.Settings.Add(new SettingEntity { Key = key, Value = "" });
            log.Changed(ChangeKind.Token, key);
            return Task.CompletedTask;
        },
        Cancellation);

    private Task<List<string>> KeysAsync() =>
        _database.ReadAsync((db, token) => db.Settings.Select(row => row.Key).ToListAsync(token), Cancellation);
}

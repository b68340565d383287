using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Seam;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using McpGateway.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace McpGateway.Storage.Tests;

/// <summary>Two nodes on one PostgreSQL database, as silos are.</summary>
public sealed class PostgresNodesTests(TestDatabases databases)
{
    private const string Locks = "pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    private const string TakeItsLock = $"SELECT pg_advisory_lock((classid::bigint << 32) | objid::bigint) FROM {Locks}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Feed_WritersOnTwoNodes_IdsNeverAppearBehindATail()
    {
        const int writes = 30;
        using var nodes = await NodesAsync();
        var writing = Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                for (var i = 0; i < writes; i++)
                {
                    await AddAsync(nodes[writer % 2], $"{writer}/{i}");
                }
            },
            Cancellation)));

        var tailed = new List<long>();
        for (var last = false; !last;)
        {
            last = writing.IsCompleted;
            tailed.AddRange((await nodes[0].ReadAsync(
                (db, token) => db.Changes.After(tailed.LastOrDefault(), 1000).ToListAsync(token), Cancellation)).Select(change => change.Id));
        }

        await writing;
        var all = await nodes[1].ReadAsync((db, token) => db.Changes.Select(c => c.Id).Order().ToListAsync(token), Cancellation);
        all.Count.ShouldBe(8 * writes);
        tailed.ShouldBe(all);
    }

    [Fact]
    public async Task TryWrite_DecidedByACount_HoldsOverNodes()
    {
        using var nodes = await NodesAsync();

        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => nodes[i % 2].TryWriteAsync<bool>(
            async (db, _, token) =>
            {
                if (await db.Settings.CountAsync(token) >= 3)
                {
                    return Refusal.Invalid("settings", "three are enough");
                }

                db.Settings.Add(new SettingEntity { Key = $"{i}", Value = "" });
                return true;
            },
            Cancellation)));

        made.Count(outcome => outcome.Succeeded).ShouldBe(3);
        (await CountAsync(nodes[0])).ShouldBe(3);
    }

    [Fact]
    public async Task Write_SameNameOnTwoNodes_OneWinsAndTheOtherIsTold()
    {
        using var nodes = await NodesAsync();

        var results = await Task.WhenAll(nodes.Databases.Select(async node =>
        {
            try
            {
                await node.WriteAsync((db, _, _) => Task.FromResult(db.Upstreams.Add(Rows.Upstream("crm"))), Cancellation);
                return "";
            }
            catch (UniqueConflictException conflict)
            {
                return conflict.Constraint;
            }
        }));

        results.Order().ShouldBe(["", "PK_Upstreams"]);
    }

    [Fact]
    public async Task Write_ConnectionsTerminatedAllTheTime_LosesNothingAndDoesNothingTwice()
    {
        using var nodes = await NodesAsync();
        var told = new List<string>();
        var refused = new List<string>();
        var inDoubt = new List<string>();
        using var stop = new CancellationTokenSource();
        var writing = Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(
            async () =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    var key = $"{writer}/{i}";
                    var list = await AttemptAsync(nodes[writer % 2], key) switch { null => inDoubt, true => told, false => refused };
                    lock (told)
                    {
                        list.Add(key);
                    }
                }
            },
            Cancellation)));

        var terminated = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                terminated += await databases.Postgres.TerminateConnectionsAsync(nodes.Name, "random() < 0.3");
                return terminated > 100 && told.Count > 100;
            },
            "a hundred connections are ended and a hundred writes are made");

        await stop.CancelAsync();
        await writing;

        var (rows, feed) = await nodes[0].ReadAsync(
            async (db, token) => (await db.Settings.Select(row => row.Key).ToListAsync(token), await db.Changes.Select(row => row.Key).ToListAsync(token)),
            Cancellation);
        told.ShouldBeSubsetOf(rows);
        rows.ShouldNotContain(key => refused.Contains(key), "what is said not to have happened has not");
        rows.Except(told).ShouldBeSubsetOf(inDoubt);
        feed.Order().ShouldBe(rows.Order(), "each of them once");
    }

    [Fact]
    public async Task Node_FrozenInAWrite_HoldsTheOthersUpNoLongerThanItsLimit()
    {
        using var nodes = await NodesAsync(";Options=-c idle_in_transaction_session_timeout=500ms");
        var entered = new TaskCompletionSource();
        var thaw = new TaskCompletionSource();
        var runs = 0;
        var frozen = nodes[0].TryWriteAsync<bool>(
            async (db, _, _) =>
            {
                if (++runs == 1)
                {
                    entered.SetResult();
                    await thaw.Task;
                }

                db.Settings.Add(new SettingEntity { Key = "frozen", Value = "" });
                return true;
            },
            Cancellation);
        await entered.Task.Soon();

        var other = await nodes[1].TryWriteAsync<bool>(
            (db, _, _) =>
            {
                db.Settings.Add(new SettingEntity { Key = "other", Value = "" });
                return Task.FromResult<Outcome<bool>>(true);
            },
            Cancellation).Soon();
        thaw.SetResult();

        other.Succeeded.ShouldBeTrue();
        (await frozen.Soon()).Succeeded.ShouldBeTrue();
        runs.ShouldBe(2, "its transaction was gone, so it ran again");
        (await CountAsync(nodes[0])).ShouldBe(2);
    }

    [Fact]
    public async Task Pool_WithoutAFreeConnection_RefusesInTime()
    {
        using var nodes = await NodesAsync(";Maximum Pool Size=1;Timeout=1");
        var entered = new TaskCompletionSource();
        var leave = new TaskCompletionSource();
        var holding = nodes[0].ReadAsync(
            async (db, token) =>
            {
                await db.Database.OpenConnectionAsync(token);
                entered.SetResult();
                await leave.Task;
                return 0;
            },
            Cancellation);
        await entered.Task.Soon();

        await Should.ThrowAsync<StorageUnavailableException>(() => CountAsync(nodes[0]).Soon());
        leave.SetResult();
        await holding;

        (await CountAsync(nodes[0])).ShouldBe(0);
    }

    [Fact]
    public async Task Statement_ThatTakesTooLong_IsEndedByTheServer()
    {
        using var nodes = await NodesAsync(";Options=-c statement_timeout=200ms");

        var refusal = await Should.ThrowAsync<StorageUnavailableException>(() => nodes[0].ReadAsync(
            (db, token) => db.Database.ExecuteSqlRawAsync("SELECT pg_sleep(60)", token), Cancellation).Soon());

        refusal.Message.ShouldContain("in time");
    }

    [Fact]
    public async Task SingleProcess_Second_IsRefusedUntilTheFirstHasGone()
    {
        var options = await databases.OptionsAsync(DatabaseKind.Postgres);
        options.SingleProcess = true;
        var first = TestDatabases.Open(options);
        using var second = TestDatabases.Open(options);
        await first.InitializeAsync(Cancellation);

        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => second.InitializeAsync(Cancellation));
        refusal.Message.ShouldContain("Another gateway is using the database");
        first.Dispose();
        await second.InitializeAsync(Cancellation);

        (await CountAsync(second)).ShouldBe(0);
    }

    [Fact]
    public async Task SingleProcess_OvertakenWhileItsConnectionWasLost_DoesNothingUntilTheOtherHasGone()
    {
        using var nodes = await NodesAsync("", single: true);
        await using var other = new NpgsqlConnection(databases.Postgres.ConnectionString(nodes.Name) + ";Pooling=false");
        await other.OpenAsync(Cancellation);
        await using var take = new NpgsqlCommand(TakeItsLock, other);
        var taking = take.ExecuteNonQueryAsync(Cancellation);
        await Eventually.TrueAsync(
            async () => await databases.Postgres.ExecuteAsync($"SELECT count(*) FROM {Locks} AND NOT granted", nodes.Name) is 1L, "the other one waits for the lock");

        await databases.Postgres.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM {Locks} AND granted", nodes.Name);
        await taking.Soon();

        await Eventually.TrueAsync(async () => await FailureAsync(nodes[0]) is StorageUnavailableException, "nothing is read any more");
        await other.CloseAsync();
        await Eventually.TrueAsync(async () => await FailureAsync(nodes[0]) is null, "it reads again");
    }

    private static ValueTask<Exception?> FailureAsync(GatewayDatabase node) => Record.ExceptionAsync(() => Task.Run(() => CountAsync(node)));

    private static Task AddAsync(GatewayDatabase node, string key) => node.WriteAsync(
        (db, log, _) =>
        {
            db.Settings.Add(new SettingEntity { Key = key, Value = "" });
            log.Changed(ChangeKind.Token, key);
            return Task.CompletedTask;
        },
        Cancellation);

    // Null: in doubt.
    private static async Task<bool?> AttemptAsync(GatewayDatabase node, string key)
    {
        try
        {
            await AddAsync(node, key);
            return true;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static Task<int> CountAsync(GatewayDatabase node) => node.ReadAsync((db, token) => db.Settings.CountAsync(token), Cancellation);

    private async Task<Nodes> NodesAsync(string more = "", bool single = false)
    {
        var options = await databases.OptionsAsync(DatabaseKind.Postgres);
        var name = new NpgsqlConnectionStringBuilder(options.ConnectionString).Database!;
        options.ConnectionString += more;
        options.SingleProcess = single;
        var nodes = new Nodes(name, [.. Enumerable.Range(0, single ? 1 : 2).Select(_ => TestDatabases.Open(options))]);
        foreach (var node in nodes.Databases)
        {
            await node.InitializeAsync(Cancellation);
        }

        return nodes;
    }

    private sealed record Nodes(string Name, GatewayDatabase[] Databases) : IDisposable
    {
        public GatewayDatabase this[int number] => Databases[number];

        public void Dispose()
        {
            foreach (var node in Databases)
            {
                node.Dispose();
            }
        }
    }
}

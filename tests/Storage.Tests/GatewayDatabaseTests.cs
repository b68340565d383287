using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using McpGateway.Testing;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Storage.Tests;

public sealed class GatewayDatabaseTests(TestDatabases databases)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, BothDatabases]
    public async Task Write_Succeeds_CommitsRowAuditAndFeedTogether(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        await database.WriteAsync(
            (db, log, _) =>
            {
                db.Upstreams.Add(Rows.Upstream("crm"));
                log.Audit(Rows.Caller, "gateways.create", "gateway", "crm", "CRM", """{"a":1}""");
                log.Changed(ChangeKind.Upstream, "crm");
                log.Changed(ChangeKind.Upstream, "crm");
                log.Changed(ChangeKind.Catalog, "crm");
                return Task.CompletedTask;
            },
            Cancellation);

        var (upstream, audit, feed) = await database.ReadAsync(
            async (db, token) => (
                await db.Upstreams.SingleAsync(token),
                await db.Audit.SingleAsync(token),
                await db.Changes.After(0, 10).ToListAsync(token)),
            Cancellation);
        upstream.NormalizedName.ShouldBe("CRM");
        audit.ActorName.ShouldBe("ada@example.com");
        audit.Address.ShouldBe("10.1.2.3");
        audit.TokenId.ShouldBe("t1");
        feed.Select(change => (change.Kind, change.Key)).ShouldBe([(ChangeKind.Upstream, "crm"), (ChangeKind.Catalog, "crm")]);
    }

    [Theory, BothDatabases]
    public async Task Write_Throws_LeavesNothing(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        await Should.ThrowAsync<InvalidDataException>(() => database.WriteAsync(
            async (db, log, token) =>
            {
                db.Upstreams.Add(Rows.Upstream("crm"));
                log.Changed(ChangeKind.Upstream, "crm");
                await db.SaveChangesAsync(token);
                throw new InvalidDataException();
            },
            Cancellation));

        (await CountAsync(database)).ShouldBe((0, 0, 0));
    }

    [Theory, BothDatabases]
    public async Task TryWrite_Refuses_LeavesNothing(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        var outcome = await database.TryWriteAsync<string>(
            async (db, log, token) =>
            {
                db.Upstreams.Add(Rows.Upstream("crm"));
                log.Changed(ChangeKind.Upstream, "crm");
                log.Audit(Rows.Caller, "gateways.create", "gateway", "crm", "CRM", null);
                await db.SaveChangesAsync(token);
                return Refusal.Invalid("name", "no");
            },
            Cancellation);

        outcome.Refusal!.Kind.ShouldBe(RefusalKind.Invalid);
        (await CountAsync(database)).ShouldBe((0, 0, 0));
    }

    [Theory, BothDatabases]
    public async Task Write_BreaksUniqueIndex_NamesIt(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        await AddAsync(database, Rows.Upstream("Crm"));

        var byName = await Should.ThrowAsync<UniqueConflictException>(() =>
            AddAsync(database, new UpstreamEntity { Id = "2", Name = "cRM ", Slug = "other", OwnerId = "u1" }));
        var bySlug = await Should.ThrowAsync<UniqueConflictException>(() =>
            AddAsync(database, new UpstreamEntity { Id = "2", Name = "Other", Slug = "Crm", OwnerId = "u1" }));

        byName.Constraint.ShouldBe("IX_Upstreams_NormalizedName");
        bySlug.Constraint.ShouldBe("IX_Upstreams_Slug");
    }

    [Theory, BothDatabases]
    public async Task Write_BreaksCompositeIndexOrKey_NamesIt(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        await AddAsync(database, Rows.Upstream("crm"), Rows.Item("crm", "find"), new SettingEntity { Key = "a", Value = "1" });
        var twin = Rows.Item("crm", "find");
        twin.Id = "another";

        var byIndex = await Should.ThrowAsync<UniqueConflictException>(() => AddAsync(database, twin));
        var byKey = await Should.ThrowAsync<UniqueConflictException>(() => AddAsync(database, new SettingEntity { Key = "a", Value = "2" }));

        byIndex.Constraint.ShouldBe("IX_Items_UpstreamId_Kind_OriginalName");
        byKey.Constraint.ShouldBe("PK_Settings");
    }

    [Theory, BothDatabases]
    public async Task Write_SameRowFromManyWriters_LosesNoUpdate(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        await AddAsync(database, Rows.Upstream("crm"));

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(
            () => database.WriteAsync(
                async (db, _, token) =>
                {
                    var upstream = await db.Upstreams.SingleAsync(token);
                    upstream.RefreshSeconds++;
                },
                Cancellation),
            Cancellation)));

        var saved = await database.ReadAsync((db, token) => db.Upstreams.SingleAsync(token), Cancellation);
        saved.RefreshSeconds.ShouldBe(303);
        saved.Version.ShouldBe(3);
    }

    [Theory, BothDatabases]
    public async Task Feed_ManyWriters_IdsNeverAppearBehindATail(DatabaseKind kind)
    {
        const int writers = 8;
        const int writes = 20;
        using var database = await databases.CreateAsync(kind);
        var writing = Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(
            async () =>
            {
                for (var i = 0; i < writes; i++)
                {
                    await database.WriteAsync(
                        (db, log, _) =>
                        {
                            db.Settings.Add(new SettingEntity { Key = $"{writer}/{i}", Value = "" });
                            log.Changed(ChangeKind.Token, $"{writer}/{i}");
                            log.Changed(ChangeKind.Principal, $"{writer}/{i}");
                            return Task.CompletedTask;
                        },
                        Cancellation);
                }
            },
            Cancellation)));

        var tailed = new List<long>();
        for (var last = false; !last;)
        {
            last = writing.IsCompleted;
            tailed.AddRange((await database.ReadAsync(
                (db, token) => db.Changes.After(tailed.LastOrDefault(), 1000).ToListAsync(token), Cancellation)).Select(change => change.Id));
        }

        await writing;
        var all = await database.ReadAsync((db, token) => db.Changes.Select(c => c.Id).Order().ToListAsync(token), Cancellation);
        all.Count.ShouldBe(writers * writes * 2);
        tailed.ShouldBe(all);
    }

    [Theory, BothDatabases]
    public async Task FeedWritten_OnlyAfterACommitWithFeedRows_IsCalled(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        using var called = new SemaphoreSlim(0);
        long seen = -1;
        database.OnFeedWritten = async () =>
        {
            seen = await database.ReadAsync((db, token) => db.LastChangeIdAsync(token), CancellationToken.None);
            called.Release();
        };

        await AddAsync(database, Rows.Upstream("crm"));
        await database.WriteAsync(
            (_, log, _) =>
            {
                log.Changed(ChangeKind.Upstream, "crm");
                return Task.CompletedTask;
            },
            Cancellation);

        (await called.WaitAsync(TimeSpan.FromSeconds(30), Cancellation)).ShouldBeTrue();
        called.CurrentCount.ShouldBe(0);
        seen.ShouldBeGreaterThan(0);
    }

    [Theory, BothDatabases]
    public async Task FeedWritten_Fails_DoesNotFailTheWrite(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        database.OnFeedWritten = () => throw new InvalidOperationException("no grain");

        await database.WriteAsync(
            (_, log, _) =>
            {
                log.Changed(ChangeKind.Upstream, "crm");
                return Task.CompletedTask;
            },
            Cancellation);

        (await CountAsync(database)).Feed.ShouldBe(1);
    }

    [Theory, BothDatabases]
    public async Task Definitions_ThatNoItemHas_AreFoundAndDeleted(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        await database.WriteAsync(
            async (db, _, token) =>
            {
                await database.KeepDefinitionsAsync(db, token);
                db.Upstreams.Add(Rows.Upstream("crm"));
                var item = Rows.Item("crm", "find");
                (item.CurrentHash, item.ApprovedHash) = ("new", "approved");
                db.Items.Add(item);
                db.Definitions.AddRange(new[] { "approved", "gone1", "gone2", "gone3", "new" }.Select(Rows.Definition));
            },
            Cancellation);

        (await database.FindUnusedDefinitionsAsync(2, Cancellation)).ShouldBe(["gone1", "gone2"]);
        // Asked to delete what is in use again by now, it does not.
        (await database.DeleteUnusedDefinitionsAsync(["gone1", "gone3", "new", "approved"], Cancellation)).ShouldBe(2);

        (await database.ReadAsync((db, token) => db.Definitions.Select(row => row.Hash).Order().ToListAsync(token), Cancellation))
            .ShouldBe(["approved", "gone2", "new"]);
    }

    [Theory, BothDatabases]
    public async Task Feed_Pruned_KeepsTheYoungAndAlwaysTheNewest(DatabaseKind kind)
    {
        var time = new FakeTimeProvider();
        using var database = await databases.CreateAsync(kind, time);
        await ChangeAsync(database, "old", "older");
        time.Advance(TimeSpan.FromMinutes(50));
        await ChangeAsync(database, "a", "b", "c");
        time.Advance(TimeSpan.FromMinutes(20));

        (await database.PruneFeedAsync(Cancellation)).ShouldBe(2);
        (await KeysAsync(database)).ShouldBe(["a", "b", "c"]);
        (await database.PruneFeedAsync(2, GatewayDatabase.FeedRetention, Cancellation)).ShouldBe(1);
        time.Advance(TimeSpan.FromDays(2));
        await database.PruneFeedAsync(Cancellation);
        (await KeysAsync(database)).ShouldBe(["c"]);

        await ChangeAsync(database, "d");
        (await database.ReadAsync((db, token) => db.LastChangeIdAsync(token), Cancellation)).ShouldBe(6);
    }

    [Theory, BothDatabases]
    public async Task Times_OfDifferentOffsets_SortAndCompareAsInstants(DatabaseKind kind)
    {
        var noon = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(7);
        using var database = await databases.CreateAsync(kind);
        await AddAsync(
            database,
            WithLastSeen(Rows.Upstream("second"), noon),
            WithLastSeen(Rows.Upstream("first"), noon.ToOffset(TimeSpan.FromHours(9)).AddTicks(-1)),
            WithLastSeen(Rows.Upstream("third"), noon.ToOffset(TimeSpan.FromHours(-9)).AddTicks(1)),
            Rows.Upstream("never"));

        var sorted = await database.ReadAsync(
            (db, token) => db.Upstreams.Where(u => u.LastSeen >= noon).OrderByDescending(u => u.LastSeen).ToListAsync(token), Cancellation);

        sorted.Select(upstream => upstream.Id).ShouldBe(["third", "second"]);
        sorted[1].LastSeen.ShouldBe(noon);
    }

    [Theory, BothDatabases]
    public async Task Names_AreOrderedByCodePoint(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        string[] names = ["b", "a-b", "ab", "a_c", "aa", "A", "é", "z"];
        await AddAsync(database, [Rows.Upstream("u"), .. names.Select(name => Rows.Item("u", name))]);

        var sorted = await database.ReadAsync((db, token) => db.Items.Select(i => i.OriginalName).Order().ToListAsync(token), Cancellation);

        sorted.ShouldBe(names.Order(StringComparer.Ordinal));
    }

    [Theory, BothDatabases]
    public async Task Lists_OfTexts_FilterInTheDatabaseAndKeepTheirOrder(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        await AddAsync(
            database,
            Rows.Upstream("crm", tags: ["sales", "o'brien \"x\""]),
            Rows.Upstream("erp", tags: ["salesforce"]),
            Rows.Upstream("none"));

        var found = await database.ReadAsync((db, token) => db.Upstreams.Where(u => u.Tags.Contains("sales")).ToListAsync(token), Cancellation);

        found.ShouldHaveSingleItem().Tags.ShouldBe(["sales", "o'brien \"x\""]);
    }

    [Theory, BothDatabases]
    public async Task Query_WithFortyThousandIds_IsWithinTheDatabasesLimits(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        await AddAsync(database, Rows.Upstream("crm"), Rows.Item("crm", "find"));
        List<string> ids = [.. Enumerable.Range(0, 40_000).Select(i => $"{i}"), "crm.find"];

        (await database.ReadAsync((db, token) => db.Items.CountAsync(item => ids.Contains(item.Id), token), Cancellation)).ShouldBe(1);
    }

    [Theory, BothDatabases]
    public async Task Delete_OfAnUpstream_TakesItemsMembershipsAndOverridesAlong(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        await AddAsync(
            database,
            Rows.Upstream("crm"),
            Rows.Item("crm", "find"),
            Rows.Item("crm", "file:///a", ItemKind.Resource),
            Rows.Server("desk"),
            ServerMemberEntity.OfItem("desk", "crm.find"),
            ServerMemberEntity.OfUpstream("desk", "crm"),
            ServerMemberEntity.OfTag("desk", "sales"),
            new ServerOverrideEntity { ServerId = "desk", ItemId = "crm.find", Name = "search" });

        await database.WriteAsync((db, _, token) => db.Upstreams.Where(u => u.Id == "crm").ExecuteDeleteAsync(token), Cancellation);

        var (items, members, overrides) = await database.ReadAsync(
            async (db, token) =>
                (await db.Items.CountAsync(token), await db.ServerMembers.ToListAsync(token), await db.ServerOverrides.CountAsync(token)),
            Cancellation);
        items.ShouldBe(0);
        overrides.ShouldBe(0);
        members.ShouldHaveSingleItem().Kind.ShouldBe(MemberKind.Tag);
    }

    [Theory, BothDatabases]
    public async Task Rows_AreThereAfterReopening(DatabaseKind kind)
    {
        var options = await databases.OptionsAsync(kind);
        using (var first = TestDatabases.Open(options))
        {
            await first.InitializeAsync(Cancellation);
            await AddAsync(first, Rows.Upstream("crm"));
        }

        using var second = TestDatabases.Open(options);
        await second.InitializeAsync(Cancellation);
        await second.InitializeAsync(Cancellation);
        (await CountAsync(second)).Upstreams.ShouldBe(1);
    }

    [Theory, BothDatabases]
    public async Task Use_BeforeInitialize_IsRefused(DatabaseKind kind)
    {
        using var database = TestDatabases.Open(await databases.OptionsAsync(kind));

        await Should.ThrowAsync<InvalidOperationException>(() => CountAsync(database));
        await Should.ThrowAsync<InvalidOperationException>(() => AddAsync(database, Rows.Upstream("crm")));
    }

    private static UpstreamEntity WithLastSeen(UpstreamEntity upstream, DateTimeOffset time)
    {
        upstream.LastSeen = time;
        return upstream;
    }

    private static Task AddAsync(GatewayDatabase database, params object[] rows) => database.WriteAsync(
        (db, _, _) =>
        {
            db.AddRange(rows);
            return Task.CompletedTask;
        },
        Cancellation);

    private static Task ChangeAsync(GatewayDatabase database, params string[] keys) => database.WriteAsync(
        (_, log, _) =>
        {
            foreach (var key in keys)
            {
                log.Changed(ChangeKind.Upstream, key);
            }

            return Task.CompletedTask;
        },
        Cancellation);

    private static Task<List<string>> KeysAsync(GatewayDatabase database) =>
        database.ReadAsync((db, token) => db.Changes.OrderBy(c => c.Id).Select(c => c.Key).ToListAsync(token), Cancellation);

    private static Task<(int Upstreams, int Audit, int Feed)> CountAsync(GatewayDatabase database) => database.ReadAsync(
        async (db, token) => (await db.Upstreams.CountAsync(token), await db.Audit.CountAsync(token), await db.Changes.CountAsync(token)),
        Cancellation);
}

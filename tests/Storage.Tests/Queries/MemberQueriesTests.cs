using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Storage.Tests.Queries;

public sealed class MemberQueriesTests(TestDatabases databases)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, BothDatabases]
    public async Task MembersOf_ChosenWholeAndTagged_AreServedOnceEach(DatabaseKind kind)
    {
        using var database = await CreateAsync(
            kind,
            Rows.Upstream("crm"), Rows.Item("crm", "find"), Rows.Item("crm", "other"),
            Rows.Upstream("erp"), Rows.Item("erp", "a"), Rows.Item("erp", "file:///b", ItemKind.Resource),
            Rows.Upstream("hr"), Rows.Item("hr", "x", ItemKind.Tool, "sales"), Rows.Item("hr", "y", ItemKind.Prompt, "salesforce"),
            Rows.Upstream("web", tags: "sales"), Rows.Item("web", "z"),
            Rows.Server("desk"),
            ServerMemberEntity.OfItem("desk", "crm.find"), ServerMemberEntity.OfItem("desk", "hr.x"),
            ServerMemberEntity.OfUpstream("desk", "erp"),
            ServerMemberEntity.OfTag("desk", "sales"),
            Rows.Server("empty"));

        (await MembersAsync(database, "desk")).ShouldBe(["crm.find", "erp.a", "erp.file:///b", "hr.x", "web.z"]);
        (await MembersAsync(database, "empty")).ShouldBeEmpty();
        (await MembersAsync(database, "unknown")).ShouldBeEmpty();
    }

    [Theory, BothDatabases]
    public async Task MembersOf_CarriesWhatServingNeeds(DatabaseKind kind)
    {
        var upstream = Rows.Upstream("crm", "u7", Visibility.Team, "red");
        upstream.Name = "The CRM";
        upstream.Slug = "the-crm";
        var item = Rows.Item("crm", "find");
        item.Position = 4;
        using var database = await CreateAsync(
            kind, upstream, item, Rows.Server("desk", "u7"), ServerMemberEntity.OfItem("desk", "crm.find"));

        var served = await database.ReadAsync((db, token) => db.MembersOf("desk").SingleAsync(token), Cancellation);

        served.ShouldBe(new ServedItem
        {
            Id = "crm.find",
            Kind = ItemKind.Tool,
            OriginalName = "find",
            CatalogName = "crm-find",
            Position = 4,
            ServedHash = "h1",
            UpstreamId = "crm",
            UpstreamName = "The CRM",
            UpstreamSlug = "the-crm",
            Visibility = Visibility.Team,
            TeamId = "red",
            OwnerId = "u7",
        });
    }

    [Theory, BothDatabases]
    public async Task MembersOf_SwitchedOffOrGone_AreNotServed(DatabaseKind kind)
    {
        var off = Rows.Upstream("off");
        off.Enabled = false;
        var disabled = Rows.Item("crm", "disabled");
        disabled.Enabled = false;
        var gone = Rows.Item("crm", "gone");
        gone.Available = false;
        using var database = await CreateAsync(
            kind,
            off, Rows.Item("off", "a"),
            Rows.Upstream("crm"), disabled, gone, Rows.Item("crm", "find"),
            Rows.Server("desk"), ServerMemberEntity.OfUpstream("desk", "off"), ServerMemberEntity.OfUpstream("desk", "crm"));

        (await MembersAsync(database, "desk")).ShouldBe(["crm.find"]);
        (await database.ReadAsync((db, token) => db.Everything().Select(i => i.Id).ToListAsync(token), Cancellation)).ShouldBe(["crm.find"]);
    }

    [Theory, BothDatabases]
    public async Task MembersOf_DriftedDefinition_FollowsTheUpstreamsPolicy(DatabaseKind kind)
    {
        var rows = new List<object> { Rows.Server("desk"), Definition("h1", "c1"), Definition("h2", "c2"), Definition("h3", "c1") };
        foreach (var policy in Enum.GetValues<DriftPolicy>())
        {
            var name = policy.ToString();
            var upstream = Rows.Upstream(name);
            upstream.Drift = policy;
            var drifted = Rows.Item(name, "drifted");
            drifted.CurrentHash = "h2";
            var reformatted = Rows.Item(name, "reformatted");
            reformatted.CurrentHash = "h3";
            var withdrawn = Rows.Item(name, "withdrawn");
            withdrawn.Withdraw();
            rows.AddRange([upstream, drifted, reformatted, withdrawn, ServerMemberEntity.OfUpstream("desk", name)]);
        }

        using var database = await CreateAsync(kind, [.. rows]);

        var served = await database.ReadAsync(
            (db, token) => db.MembersOf("desk").ToDictionaryAsync(item => item.Id, item => item.ServedHash, token), Cancellation);
        served.ShouldBe(
            new Dictionary<string, string>
            {
                ["Hold.drifted"] = "h1",
                ["Hold.reformatted"] = "h1",
                ["Block.reformatted"] = "h1",
                ["Observe.drifted"] = "h2",
                ["Observe.reformatted"] = "h3",
                ["Observe.withdrawn"] = "h1",
            },
            ignoreOrder: true);
    }

    [Theory, BothDatabases]
    public async Task MembersOf_NeverOffersMoreThanTheServersOwnerMaySee(DatabaseKind kind)
    {
        var rows = new List<object>
        {
            Rows.User("ada"), Rows.User("bob"), Rows.User("root", administrator: true), Rows.Team("red"), Rows.Team("blue"),
            new TeamMemberEntity { TeamId = "red", UserId = "ada" },
        };
        foreach (var (name, owner, visibility, team) in new[]
        {
            ("public", "bob", Visibility.Public, (string?)null), ("bobs", "bob", Visibility.Private, null), ("adas", "ada", Visibility.Private, null),
            ("red", "bob", Visibility.Team, "red"), ("blue", "bob", Visibility.Team, "blue"), ("teamless", "bob", Visibility.Team, null),
        })
        {
            rows.AddRange([Rows.Upstream(name, owner, visibility, team), Rows.Item(name, "t", ItemKind.Tool, "x")]);
        }

        foreach (var (server, owner, team) in new[]
        {
            ("ada's", "ada", (string?)null), ("ada's for blue", "ada", "blue"), ("root's", "root", null), ("the gateway's", Rights.SystemId, null),
        })
        {
            rows.AddRange([Rows.Server(server, owner, team: team), ServerMemberEntity.OfTag(server, "x")]);
            rows.AddRange(new[] { "bobs", "blue" }.Select(upstream => ServerMemberEntity.OfItem(server, $"{upstream}.t")));
        }

        using var database = await CreateAsync(kind, [.. rows]);

        (await MembersAsync(database, "ada's")).ShouldBe(["adas.t", "public.t", "red.t"]);
        (await MembersAsync(database, "ada's for blue")).ShouldBe(["adas.t", "blue.t", "public.t", "red.t"]);
        (await MembersAsync(database, "root's")).Count.ShouldBe(6);
        (await MembersAsync(database, "the gateway's")).Count.ShouldBe(6);
    }

    private static DefinitionEntity Definition(string hash, string canonical) =>
        new() { Hash = hash, CanonicalHash = canonical, Json = [] };

    private async Task<GatewayDatabase> CreateAsync(DatabaseKind kind, params object[] rows)
    {
        var database = await databases.CreateAsync(kind);
        await database.WriteAsync(
            (db, _, _) =>
            {
                db.AddRange(rows);
                return Task.CompletedTask;
            },
            Cancellation);
        return database;
    }

    private static Task<List<string>> MembersAsync(GatewayDatabase database, string server) =>
        database.ReadAsync((db, token) => db.MembersOf(server).Select(item => item.Id).Order().ToListAsync(token), Cancellation);
}

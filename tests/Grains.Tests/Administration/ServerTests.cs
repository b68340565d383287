using System.Collections.Immutable;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Tests.Administration;

public sealed class ServerTests
{
    private static readonly ImmutableDictionary<string, ItemOverride> s_none = ImmutableDictionary<string, ItemOverride>.Empty;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_FromOneUpstream_ShowsOriginalNames()
    {
        await using var host = await StartAsync();
        var feed = await host.LastChangeAsync();

        var view = await CreateAsync(host, new ServerInput { Name = " Desk ", Tools = ["crm.find", "crm-update"], Prompts = ["greet"], Resources = ["file:///a"] });

        view.Name.ShouldBe("Desk");
        view.Tools.ShouldBe(["find", "update"]);
        view.ToolIds.ShouldBe(["crm.find", "crm.update"]);
        view.Prompts.ShouldBe(["greet"]);
        view.Resources.ShouldBe(["file:///a"]);
        view.Visibility.ShouldBe(Visibility.Public);
        view.Enabled.ShouldBeTrue();
        view.Anonymous.ShouldBeFalse();
        (await host.FeedAfterAsync(feed)).ShouldBe([(ChangeKind.VirtualServer, view.Id)]);
        (await host.LastAuditAsync()).Action.ShouldBe("servers.create");
        (await host.Catalog.GetServerAsync(host.Root, view.Id, Cancellation)).Value().ShouldBeTheSameAs(view);
    }

    [Fact]
    public async Task Create_FromSeveralUpstreams_PrefixesNames()
    {
        await using var host = await StartAsync();

        var view = await CreateAsync(host, new ServerInput { Name = "desk", Tools = ["crm.find", "erp.find", "post"], Separator = "__" });

        view.Tools.ShouldBe(["crm__find", "erp__find", "erp__post"]);
        view.Separator.ShouldBe("__");
    }

    [Fact]
    public async Task Create_WholeUpstreamsAndTags_IncludesWhatComesLater()
    {
        await using var host = await StartAsync();
        var view = await CreateAsync(host, new ServerInput { Name = "desk", Gateways = ["ERP"], ItemTags = ["Money"] });
        view.Tools.ShouldBe(["find", "post"]);
        view.ItemTags.ShouldBe(["money"]);
        view.Gateways.ShouldHaveSingleItem().Length.ShouldBe(32);

        var erp = view.Gateways[0];
        await host.AddItemAsync(erp, "later");
        await host.Catalog.UpdateItemAsync(host.Root, ItemKind.Tool, "crm.find", new ItemInput(null, ["money"]), Cancellation);

        (await host.Catalog.GetServerAsync(host.Root, view.Id, Cancellation)).Value().Tools.ShouldBe(["crm-find", "erp-find", "erp-later", "erp-post"]);
    }

    [Fact]
    public async Task Create_UnknownAndAmbiguousNames_AreAllNamed()
    {
        await using var host = await StartAsync();

        var refusal = (await host.Catalog.CreateServerAsync(
            host.Root,
            new ServerInput { Name = "desk", Tools = ["find", "nope", "post", "nada", "greet"], Prompts = ["none"], Resources = ["crm.find"], Gateways = ["gone"] },
            Cancellation)).ShouldBeRefused(RefusalKind.Invalid);

        var tools = string.Join(" ", refusal.Errors["associated_tools"]);
        tools.ShouldContain("'find' is ambiguous");
        tools.ShouldContain("crm.find (crm-find), erp.find (erp-find)");
        tools.ShouldContain("'nope'");
        tools.ShouldContain("'nada'");
        tools.ShouldContain("'greet'");
        refusal.Errors["associated_prompts"].ShouldHaveSingleItem().ShouldContain("'none'");
        refusal.Errors["associated_resources"].ShouldHaveSingleItem().ShouldContain("'crm.find'");
        refusal.Errors["associated_gateways"].ShouldHaveSingleItem().ShouldContain("'gone'");
        (await host.ReadAsync(db => db.Servers.CountAsync(Cancellation))).ShouldBe(0);
    }

    [Fact]
    public async Task Create_WithWhatTheCallerDoesNotSee_IsRefusedAsUnknown()
    {
        await using var host = await StartAsync();
        var hidden = (await host.Catalog.CreateUpstreamAsync(
            host.Root, new UpstreamInput { Name = "hidden", Url = "https://h.example.com/", Visibility = Visibility.Private }, Cancellation)).Value();
        await host.AddItemAsync(hidden.Id, "secret", change: item => item.Tags = ["money"]);
        var ada = await host.AddUserAsync("ada", permissions: ["servers.create", "servers.update"]);

        var refusal = (await host.Catalog.CreateServerAsync(
            ada, new ServerInput { Name = "desk", Tools = ["hidden.secret"], Gateways = [hidden.Id] }, Cancellation)).ShouldBeRefused(RefusalKind.Invalid);
        refusal.Errors.Keys.Order().ShouldBe(["associated_gateways", "associated_tools"]);

        var byTag = (await host.Catalog.CreateServerAsync(ada, new ServerInput { Name = "desk", ItemTags = ["money"] }, Cancellation)).Value();
        byTag.Tools.ShouldBeEmpty();
    }

    public static TheoryData<ServerInput, string, string> Broken() => new()
    {
        { new() { }, "name", "needed" },
        { new() { Name = new string('x', 129) }, "name", "128" },
        { new() { Name = "x", Description = new string('x', 4097) }, "description", "4,096" },
        { new() { Name = "x", Instructions = new string('x', 16385) }, "instructions", "16,384" },
        { new() { Name = "x", Separator = "/" }, "separator", "- _ . __" },
        { new() { Name = "x", Separator = "---" }, "separator", "- _ . __" },
        { new() { Name = "x", Tags = [new string('x', 65)] }, "tags", "64" },
        { new() { Name = "x", ItemTags = [""] }, "associated_tags", "1 to 64" },
        { new() { Name = "x", Tools = [.. Enumerable.Range(0, 10_001).Select(i => $"{i}")] }, "associated_tools", "10000" },
        { new() { Name = "x", Visibility = Visibility.Team }, "team_id", "needs a team" },
        { new() { Name = "x", Visibility = (Visibility)9 }, "visibility", "no such value" },
        { new() { Name = "x", TeamId = "nowhere" }, "team_id", "no such team" },
        { WithOverride("crm.find", new("with space", null)), "tools", "1 to 64" },
        { WithOverride("crm.find", new(new string('x', 65), null)), "tools", "1 to 64" },
        { WithOverride("crm.find", new(null, new string('x', 4097))), "tools", "4,096" },
        { WithOverride("nope", new("x", null)), "tools", "'nope'" },
        { WithOverride("find", new("x", null)), "tools", "ambiguous" },
        { WithOverride("file:///a", new("x", null)), "tools", "URI cannot be changed" },
        { WithOverride("crm.find", new("same", null), "crm.update", new("same", null)), "tools", "given twice" },
        { WithOverride("crm.find", new("a", null), "crm-find", new("b", null)), "tools", "there already" },
    };

    [Theory, MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public async Task Create_BreaksARule_NamesTheFieldAndSavesNothing(ServerInput input, string field, string text)
    {
        await using var host = await StartAsync();

        (await host.Catalog.CreateServerAsync(host.Root, input, Cancellation)).ShouldBeRefused(field, text);

        (await host.ReadAsync(db => db.Servers.CountAsync(Cancellation))).ShouldBe(0);
        (await host.ReadAsync(db => db.ServerMembers.CountAsync(Cancellation))).ShouldBe(0);
    }

    [Fact]
    public async Task Create_NameIsTaken_IsAConflict()
    {
        await using var host = await StartAsync();
        await CreateAsync(host, new ServerInput { Name = "Desk" });

        (await host.Catalog.CreateServerAsync(host.Root, new ServerInput { Name = "dESK", Tools = ["crm.find"] }, Cancellation))
            .ShouldBeRefused(RefusalKind.Conflict).Errors.ShouldContainKey("name");
        (await host.ReadAsync(db => db.ServerMembers.CountAsync(Cancellation))).ShouldBe(0);
    }

    [Fact]
    public async Task Overrides_RenameAndDescribe_AndAreReplacedAsAWhole()
    {
        await using var host = await StartAsync();
        var view = await CreateAsync(host, new ServerInput
        {
            Name = "desk",
            Tools = ["crm.find", "crm.update"],
            Overrides = s_none.Add("crm-find", new("search", "Finds.")).Add("crm.update", new("", "")),
        });
        view.Tools.ShouldBe(["search", "update"]);
        view.Overrides.ShouldBe(s_none.Add("crm.find", new("search", "Finds.")));

        var bySight = await UpdateAsync(host, view.Id, new ServerInput { Overrides = s_none.Add("search", new("query", null)) });
        bySight.Tools.ShouldBe(["query", "update"]);
        bySight.Overrides.ShouldBe(s_none.Add("crm.find", new("query", null)));

        (await UpdateAsync(host, view.Id, new ServerInput { Description = "d" })).Tools.ShouldBe(["query", "update"]);
        (await UpdateAsync(host, view.Id, new ServerInput { Overrides = s_none })).Tools.ShouldBe(["find", "update"]);
    }

    [Fact]
    public async Task Update_OneKindOfMember_LeavesTheOthers()
    {
        await using var host = await StartAsync();
        var view = await CreateAsync(host, new ServerInput
        {
            Name = "desk", Description = "d", Instructions = "i", Tags = ["t"], Tools = ["crm.find"], Prompts = ["greet"], Resources = ["file:///a"],
        });
        var feed = await host.LastChangeAsync();

        var after = await UpdateAsync(host, view.Id, new ServerInput { Tools = ["crm.update"] });

        after.Tools.ShouldBe(["update"]);
        (after with { Tools = view.Tools, ToolIds = view.ToolIds, UpdatedAt = view.UpdatedAt, Version = view.Version }).ShouldBeTheSameAs(view);
        after.Version.ShouldBe(view.Version + 1);
        (await host.FeedAfterAsync(feed)).ShouldBe([(ChangeKind.VirtualServer, view.Id)]);
        (await host.LastAuditAsync()).Detail.ShouldBe("""{"associated_tools":["crm.update"]}""");
        (await UpdateAsync(host, view.Id, new ServerInput { Tools = [], Prompts = [], Resources = [] })).Prompts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Update_WithWhatGetShowed_ChangesNothing()
    {
        await using var host = await StartAsync();
        var view = await CreateAsync(host, new ServerInput
        {
            Name = "desk", Tools = ["crm.find", "erp.find"], Prompts = ["greet"], Overrides = s_none.Add("crm.find", new("erp-find", null)),
        });
        view.Tools.Length.ShouldBe(2);
        var feed = await host.LastChangeAsync();

        var after = await UpdateAsync(host, view.Id, new ServerInput
        {
            Name = view.Name, Tools = view.Tools, Prompts = view.Prompts, Resources = view.Resources, Gateways = view.Gateways, ItemTags = view.ItemTags,
            Overrides = view.Overrides, Tags = view.Tags, Visibility = view.Visibility, Anonymous = view.Anonymous, Enabled = view.Enabled,
        });

        after.ShouldBeTheSameAs(view);
        (await host.FeedAfterAsync(feed)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Update_ByAnotherOfTheTeam_CannotAddWhatTheOwnerMayNotSee()
    {
        await using var host = await StartAsync();
        string[] permissions = ["servers.create", "servers.update", "gateways.create"];
        var ada = await host.AddUserAsync("ada", permissions: permissions, teams: ["red"]);
        var bob = await host.AddUserAsync("bob", permissions: permissions, teams: ["red"]);
        var bobs = (await host.Catalog.CreateUpstreamAsync(
            bob, new UpstreamInput { Name = "bobs", Url = "https://b.example.com/", Visibility = Visibility.Private }, Cancellation)).Value();
        await host.AddItemAsync(bobs.Id, "own");
        var desk = (await host.Catalog.CreateServerAsync(
            ada, new ServerInput { Name = "desk", Visibility = Visibility.Team, TeamId = "red", Tools = ["crm.find"] }, Cancellation)).Value();

        (await host.Catalog.UpdateServerAsync(bob, desk.Id, new ServerInput { Tools = ["bobs.own"] }, Cancellation))
            .ShouldBeRefused("associated_tools", "owner of this virtual server may not see");
        (await host.Catalog.UpdateServerAsync(bob, desk.Id, new ServerInput { Gateways = ["bobs"] }, Cancellation))
            .ShouldBeRefused("associated_gateways", "may not see");
        (await host.Catalog.UpdateServerAsync(bob, desk.Id, new ServerInput { Tools = ["crm.update"] }, Cancellation)).Value().Tools.ShouldBe(["update"]);
    }

    [Fact]
    public async Task Anonymous_NeedsItsOwnPermission_AndSoDoesChangingWhatIsOpen()
    {
        await using var host = await StartAsync();
        var ada = await host.AddUserAsync("ada", permissions: ["servers.create", "servers.update"], teams: ["red"]);

        (await host.Catalog.CreateServerAsync(ada, new ServerInput { Name = "open", Anonymous = true }, Cancellation))
            .ShouldBeRefused(RefusalKind.Forbidden).Detail.ShouldContain("servers.anonymous");
        var view = (await host.Catalog.CreateServerAsync(ada, new ServerInput { Name = "open", TeamId = "red", Anonymous = false }, Cancellation)).Value();
        (await host.Catalog.UpdateServerAsync(ada, view.Id, new ServerInput { Anonymous = true }, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
        (await UpdateAsync(host, view.Id, new ServerInput { Anonymous = true })).Anonymous.ShouldBeTrue();

        (await host.Catalog.UpdateServerAsync(ada, view.Id, new ServerInput { Tools = ["crm.find"] }, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
        (await host.Catalog.UpdateServerAsync(ada, view.Id, new ServerInput { Description = "d" }, Cancellation)).Value().Description.ShouldBe("d");
        (await host.Catalog.UpdateServerAsync(ada, view.Id, new ServerInput { Anonymous = false, Tools = ["crm.find"] }, Cancellation))
            .Value().Anonymous.ShouldBeFalse();
    }

    [Fact]
    public async Task Access_FollowsPermissionVisibilityAndManagement()
    {
        await using var host = await StartAsync();
        var open = await CreateAsync(host, new ServerInput { Name = "open" });
        var hidden = await CreateAsync(host, new ServerInput { Name = "hidden", Visibility = Visibility.Private });
        var user = await host.AddUserAsync("user");
        var editor = await host.AddUserAsync("editor", permissions: ["servers.read", "servers.create", "servers.update", "servers.delete"]);

        (await host.Catalog.GetServerAsync(user, open.Id, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden).Detail.ShouldContain("servers.read");
        (await host.Catalog.ListServersAsync(user, NoFilter, new PageRequest(), Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
        (await host.Catalog.CreateServerAsync(user, new ServerInput { Name = "x" }, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
        (await host.Catalog.UpdateServerAsync(user, open.Id, new ServerInput(), Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
        (await host.Catalog.DeleteServerAsync(user, open.Id, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);

        (await host.Catalog.GetServerAsync(editor, open.Id, Cancellation)).Succeeded.ShouldBeTrue();
        (await host.Catalog.GetServerAsync(editor, hidden.Id, Cancellation)).ShouldBeRefused(RefusalKind.NotFound);
        (await host.Catalog.UpdateServerAsync(editor, hidden.Id, new ServerInput(), Cancellation)).ShouldBeRefused(RefusalKind.NotFound);
        (await host.Catalog.DeleteServerAsync(editor, hidden.Id, Cancellation)).ShouldBeRefused(RefusalKind.NotFound);
        (await host.Catalog.UpdateServerAsync(editor, open.Id, new ServerInput(), Cancellation)).ShouldBeRefused(RefusalKind.Forbidden).Detail.ShouldContain("owner");
        (await host.Catalog.DeleteServerAsync(editor, open.Id, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
    }

    [Fact]
    public async Task TokenBoundToServers_SeesOnlyThem()
    {
        await using var host = await StartAsync();
        var mine = await CreateAsync(host, new ServerInput { Name = "mine" });
        var other = await CreateAsync(host, new ServerInput { Name = "other" });
        var bound = host.Root with { ServerIds = [mine.Id] };

        (await host.Catalog.ListServersAsync(bound, NoFilter, new PageRequest(), Cancellation)).Value().Items.ShouldHaveSingleItem().Id.ShouldBe(mine.Id);
        (await host.Catalog.GetServerAsync(bound, other.Id, Cancellation)).ShouldBeRefused(RefusalKind.NotFound);
        (await host.Catalog.UpdateServerAsync(bound, other.Id, new ServerInput(), Cancellation)).ShouldBeRefused(RefusalKind.NotFound);
        (await host.Catalog.UpdateServerAsync(bound, mine.Id, new ServerInput { Description = "d" }, Cancellation)).Value().Description.ShouldBe("d");
        (await host.Catalog.CreateServerAsync(bound, new ServerInput { Name = "new" }, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
    }

    [Fact]
    public async Task Delete_TakesItsMembersAndTellsTheFeed()
    {
        await using var host = await StartAsync();
        var view = await CreateAsync(host, new ServerInput
        {
            Name = "desk", Tools = ["crm.find"], Gateways = ["erp"], ItemTags = ["x"], Overrides = s_none.Add("crm.find", new("s", null)),
        });
        var feed = await host.LastChangeAsync();

        (await host.Catalog.DeleteServerAsync(host.Root, view.Id, Cancellation)).Value().Name.ShouldBe("desk");

        (await host.FeedAfterAsync(feed)).ShouldBe([(ChangeKind.VirtualServer, view.Id)]);
        (await host.ReadAsync(db => db.ServerMembers.CountAsync(Cancellation))).ShouldBe(0);
        (await host.ReadAsync(db => db.ServerOverrides.CountAsync(Cancellation))).ShouldBe(0);
        (await host.ReadAsync(db => db.Items.CountAsync(Cancellation))).ShouldBe(6);
        (await host.LastAuditAsync()).Action.ShouldBe("servers.delete");
        (await host.Catalog.DeleteServerAsync(host.Root, view.Id, Cancellation)).ShouldBeRefused(RefusalKind.NotFound);
    }

    [Fact]
    public async Task FiveThousandTools_AreComposedAndPagedWithinBounds()
    {
        const int count = 5000;
        await using var host = await StartAsync();
        var big = (await host.Catalog.CreateUpstreamAsync(host.Root, new UpstreamInput { Name = "big", Url = "https://b.example.com/" }, Cancellation)).Value();
        await host.WriteAsync(db => db.Items.AddRange(Enumerable.Range(0, count).Select(i => new ItemEntity
        {
            Id = $"big.{i:D4}",
            UpstreamId = big.Id,
            OriginalName = $"t{i:D4}",
            CatalogName = $"big-t{i:D4}",
            CurrentHash = "h",
            ApprovedHash = "h",
            ApprovedCanonicalHash = "h",
        })));

        var view = await CreateAsync(host, new ServerInput { Name = "s0", Tools = [.. Enumerable.Range(0, count).Select(i => $"big-t{i:D4}")] });
        view.Tools.Length.ShouldBe(count);
        foreach (var i in Enumerable.Range(1, 5))
        {
            await CreateAsync(host, new ServerInput { Name = $"s{i}", Gateways = ["big"] });
        }

        var first = (await host.Catalog.ListServersAsync(host.Root, NoFilter, new PageRequest(), Cancellation)).Value();
        first.Items.Select(item => item.Name).ShouldBe(["s0", "s1", "s2", "s3"]);
        first.Total.ShouldBe(6);
        var rest = (await host.Catalog.ListServersAsync(host.Root, NoFilter, new PageRequest(Cursor: first.NextCursor), Cancellation)).Value();
        rest.Items.Select(item => item.Name).ShouldBe(["s4", "s5"]);
        rest.NextCursor.ShouldBeNull();
    }

    private static ServerQuery NoFilter => new(null, null, null, null);

    private static ServerInput WithOverride(string item, ItemOverride change, string? item2 = null, ItemOverride? change2 = null) => new()
    {
        Name = "x",
        Overrides = item2 is null ? s_none.Add(item, change) : s_none.Add(item, change).Add(item2, change2!),
    };

    /// <summary>Two upstreams: crm with find, update, greet and file:///a; erp with find and post.</summary>
    private static async Task<AdministrationHost> StartAsync()
    {
        var host = await AdministrationHost.StartAsync();
        var crm = (await host.Catalog.CreateUpstreamAsync(host.Root, new UpstreamInput { Name = "crm", Url = "https://c.example.com/" }, Cancellation)).Value();
        var erp = (await host.Catalog.CreateUpstreamAsync(host.Root, new UpstreamInput { Name = "erp", Url = "https://e.example.com/" }, Cancellation)).Value();
        await host.AddItemAsync(crm.Id, "find");
        await host.AddItemAsync(crm.Id, "update");
        await host.AddItemAsync(crm.Id, "greet", ItemKind.Prompt);
        await host.AddItemAsync(crm.Id, "file:///a", ItemKind.Resource);
        await host.AddItemAsync(erp.Id, "find");
        await host.AddItemAsync(erp.Id, "post");
        return host;
    }

    private static async Task<ServerView> CreateAsync(AdministrationHost host, ServerInput input) =>
        (await host.Catalog.CreateServerAsync(host.Root, input, Cancellation)).Value();

    private static async Task<ServerView> UpdateAsync(AdministrationHost host, string id, ServerInput input) =>
        (await host.Catalog.UpdateServerAsync(host.Root, id, input, Cancellation)).Value();
}

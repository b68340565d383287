using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Testing.Upstreams;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Tests.Administration;

public sealed class UpstreamAccessTests
{
    private const string Url = "https://crm.example.com/mcp";

    private static readonly string[] s_editor = ["gateways.read", "gateways.create", "gateways.update", "gateways.delete"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WithoutThePermission_EveryCallIsForbiddenByName()
    {
        await using var host = await AdministrationHost.StartAsync();
        var upstream = await CreateAsync(host, host.Root, "crm");
        var ada = await host.AddUserAsync("ada");

        (await host.Catalog.CreateUpstreamAsync(ada, new UpstreamInput { Name = "x", Url = Url }, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden)
            .Detail.ShouldContain("gateways.create");
        (await host.Catalog.GetUpstreamAsync(ada, upstream.Id, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden).Detail.ShouldContain("gateways.read");
        (await ListAsync(host, ada)).ShouldBeRefused(RefusalKind.Forbidden);
        (await host.Catalog.UpdateUpstreamAsync(ada, upstream.Id, new UpstreamInput(), Cancellation)).ShouldBeRefused(RefusalKind.Forbidden)
            .Detail.ShouldContain("gateways.update");
        (await host.Catalog.DeleteUpstreamAsync(ada, upstream.Id, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden).Detail.ShouldContain("gateways.delete");
    }

    [Fact]
    public async Task InvisibleAndUnknown_AreRefusedAlike()
    {
        await using var host = await AdministrationHost.StartAsync();
        var hidden = await CreateAsync(host, host.Root, "crm", Visibility.Private);
        var ada = await host.AddUserAsync("ada", permissions: s_editor);

        foreach (var call in new Func<string, Task<Refusal>>[]
        {
            async id => (await host.Catalog.GetUpstreamAsync(ada, id, Cancellation)).ShouldBeRefused(RefusalKind.NotFound),
            async id => (await host.Catalog.UpdateUpstreamAsync(ada, id, new UpstreamInput { Name = "" }, Cancellation)).ShouldBeRefused(RefusalKind.NotFound),
            async id => (await host.Catalog.DeleteUpstreamAsync(ada, id, Cancellation)).ShouldBeRefused(RefusalKind.NotFound),
        })
        {
            (await call(hidden.Id)).Detail.ShouldBe((await call("unknown")).Detail.Replace("unknown", hidden.Id, StringComparison.Ordinal));
        }

        (await ListAsync(host, ada)).Value().Total.ShouldBe(0);
        (await host.Catalog.CountAsync(ada, Cancellation)).Value().Upstreams.ShouldBe(0);
        (await host.Catalog.CountAsync(host.Root, Cancellation)).Value().Upstreams.ShouldBe(1);
    }

    [Fact]
    public async Task VisibleButOfAnother_MayBeReadAndNotChanged()
    {
        await using var host = await AdministrationHost.StartAsync();
        var upstream = await CreateAsync(host, host.Root, "crm");
        var ada = await host.AddUserAsync("ada", permissions: s_editor);

        (await host.Catalog.GetUpstreamAsync(ada, upstream.Id, Cancellation)).Value().Name.ShouldBe("crm");
        (await host.Catalog.UpdateUpstreamAsync(ada, upstream.Id, new UpstreamInput { Name = "x" }, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
        (await host.Catalog.DeleteUpstreamAsync(ada, upstream.Id, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
    }

    [Fact]
    public async Task OfTheTeam_MayBeChangedByItsMembers()
    {
        await using var host = await AdministrationHost.StartAsync();
        var ada = await host.AddUserAsync("ada", permissions: s_editor, teams: ["red"]);
        var bob = await host.AddUserAsync("bob", permissions: s_editor, teams: ["red"]);
        var cy = await host.AddUserAsync("cy", permissions: s_editor, teams: ["blue"]);
        var upstream = (await host.Catalog.CreateUpstreamAsync(
            ada, new UpstreamInput { Name = "crm", Url = Url, Visibility = Visibility.Team, TeamId = "red" }, Cancellation)).Value();

        (await host.Catalog.UpdateUpstreamAsync(bob, upstream.Id, new UpstreamInput { Description = "d" }, Cancellation)).Value().OwnerId.ShouldBe("ada");
        (await host.Catalog.GetUpstreamAsync(cy, upstream.Id, Cancellation)).ShouldBeRefused(RefusalKind.NotFound);
        (await host.Catalog.CreateUpstreamAsync(cy, new UpstreamInput { Name = "x", Url = Url, TeamId = "red" }, Cancellation))
            .ShouldBeRefused("team_id", "no such team");
    }

    [Fact]
    public async Task Stdio_NeedsItsOwnPermission_WhereverAProcessIsDefined()
    {
        await using var host = await AdministrationHost.StartAsync();
        var ada = await host.AddUserAsync("ada", permissions: s_editor, teams: ["red"]);
        var stdio = new UpstreamInput { Name = "files", Command = "npx", TeamId = "red" };
        var made = (await host.Catalog.CreateUpstreamAsync(host.Root, stdio, Cancellation)).Value();
        var http = await CreateAsync(host, ada, "crm");

        (await host.Catalog.CreateUpstreamAsync(ada, stdio with { Name = "more" }, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden)
            .Detail.ShouldContain("gateways.stdio");
        (await TestAsync(host, ada, stdio)).ShouldBeRefused(RefusalKind.Forbidden).Detail.ShouldContain("gateways.stdio");
        foreach (var change in new UpstreamInput[]
        {
            new() { Command = "sh" },
            new() { Arguments = ["-c"] },
            new() { WorkingFolder = "/" },
            new() { Environment = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty },
        })
        {
            (await host.Catalog.UpdateUpstreamAsync(ada, made.Id, change, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
        }

        (await host.Catalog.UpdateUpstreamAsync(ada, http.Id, new UpstreamInput { Transport = TransportKind.Stdio, Command = "sh" }, Cancellation))
            .ShouldBeRefused(RefusalKind.Forbidden);
        (await host.Catalog.UpdateUpstreamAsync(ada, made.Id, new UpstreamInput { Description = "d" }, Cancellation)).Value().Description.ShouldBe("d");
    }

    [Fact]
    public async Task SharedConnections_AreAnAdministratorsChoice()
    {
        await using var host = await AdministrationHost.StartAsync();
        var ada = await host.AddUserAsync("ada", permissions: s_editor);
        var upstream = await CreateAsync(host, ada, "crm");

        (await host.Catalog.UpdateUpstreamAsync(ada, upstream.Id, new UpstreamInput { Sharing = SharingMode.Shared }, Cancellation))
            .ShouldBeRefused(RefusalKind.Forbidden);
        (await host.Catalog.UpdateUpstreamAsync(host.Root, upstream.Id, new UpstreamInput { Sharing = SharingMode.Shared }, Cancellation))
            .Value().Sharing.ShouldBe(SharingMode.Shared);
        (await host.Catalog.UpdateUpstreamAsync(ada, upstream.Id, new UpstreamInput { Sharing = SharingMode.Shared, Description = "d" }, Cancellation))
            .Value().Description.ShouldBe("d");
    }

    [Fact]
    public async Task TokenBoundToServers_CannotTouchUpstreams()
    {
        await using var host = await AdministrationHost.StartAsync();
        var upstream = await CreateAsync(host, host.Root, "crm");
        var bound = host.Root with { ServerIds = ["s1"] };

        (await host.Catalog.GetUpstreamAsync(bound, upstream.Id, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden).Detail.ShouldContain("bound");
        (await ListAsync(host, bound)).ShouldBeRefused(RefusalKind.Forbidden);
        (await host.Catalog.DeleteUpstreamAsync(bound, upstream.Id, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
        (await host.Catalog.CountAsync(bound, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
    }

    [Fact]
    public async Task List_IsPagedByName_AndACursorOutlivesChanges()
    {
        await using var host = await AdministrationHost.StartAsync();
        foreach (var name in new[] { "delta", "Alpha", "charlie", "Bravo", "echo" })
        {
            await CreateAsync(host, host.Root, name);
        }

        var first = (await ListAsync(host, host.Root, page: new PageRequest(2))).Value();
        first.Items.Select(item => item.Name).ShouldBe(["Alpha", "Bravo"]);
        first.Total.ShouldBe(5);
        await host.Catalog.DeleteUpstreamAsync(host.Root, first.Items[1].Id, Cancellation);
        await CreateAsync(host, host.Root, "aardvark");
        await CreateAsync(host, host.Root, "bz");

        var second = (await ListAsync(host, host.Root, page: new PageRequest(2, first.NextCursor))).Value();
        second.Items.Select(item => item.Name).ShouldBe(["bz", "charlie"]);
        var last = (await ListAsync(host, host.Root, page: new PageRequest(2, second.NextCursor))).Value();
        last.Items.Select(item => item.Name).ShouldBe(["delta", "echo"]);
        last.NextCursor.ShouldBeNull();
    }

    [Theory]
    [InlineData(0, null, "limit")]
    [InlineData(501, null, "limit")]
    [InlineData(10, "x!", "cursor")]
    [InlineData(10, "bm9uc2Vuc2U", "cursor")]
    [InlineData(10, "WyJhIl0", "cursor")]
    [InlineData(10, "W251bGwsImIiXQ", "cursor")]
    public async Task List_WithABadPage_NamesTheField(int limit, string? cursor, string field)
    {
        await using var host = await AdministrationHost.StartAsync();

        (await ListAsync(host, host.Root, page: new PageRequest(limit, cursor))).ShouldBeRefused(RefusalKind.Invalid).Errors.ShouldContainKey(field);
    }

    [Fact]
    public async Task List_Filtered_ShowsWhatFits()
    {
        await using var host = await AdministrationHost.StartAsync();
        await host.AddUserAsync("ada", teams: ["red"]);
        async Task AddAsync(UpstreamInput input) => (await host.Catalog.CreateUpstreamAsync(host.Root, input, Cancellation)).Value();
        await AddAsync(new() { Name = "crm", Url = Url, Tags = ["sales"], Description = "Für ÄRZTE 100%" });
        await AddAsync(new() { Name = "erp", Url = "https://erp.example.com/sse", Transport = TransportKind.Sse, TeamId = "red" });
        await AddAsync(new() { Name = "files", Command = "npx", Enabled = false });

        async Task<string> NamesAsync(UpstreamQuery query) =>
            string.Join(' ', (await ListAsync(host, host.Root, query)).Value().Items.Select(item => item.Name));
        var all = new UpstreamQuery(null, null, null, null, null, null);
        (await NamesAsync(all)).ShouldBe("crm erp files");
        (await NamesAsync(all with { Search = "ärzte" })).ShouldBe("crm");
        (await NamesAsync(all with { Search = "0%" })).ShouldBe("crm");
        (await NamesAsync(all with { Search = "%" })).ShouldBe("crm");
        (await NamesAsync(all with { Search = "EXAMPLE.com/s" })).ShouldBe("erp");
        (await NamesAsync(all with { Search = "c_m" })).ShouldBe("");
        (await NamesAsync(all with { Tag = "SALES" })).ShouldBe("crm");
        (await NamesAsync(all with { Tag = "sale" })).ShouldBe("");
        (await NamesAsync(all with { State = UpstreamState.Disabled })).ShouldBe("files");
        (await NamesAsync(all with { Transport = TransportKind.Sse })).ShouldBe("erp");
        (await NamesAsync(all with { TeamId = "red" })).ShouldBe("erp");
        (await NamesAsync(all with { Enabled = true })).ShouldBe("crm erp");
    }

    [Fact]
    public async Task Test_OfAServerThatAnswers_SaysWhatItHasAndSavesNothing()
    {
        await using var host = await AdministrationHost.StartAsync();
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.AddTool("find"));

        var probe = (await TestAsync(host, host.Root, new UpstreamInput { Url = upstream.Url })).Value();

        probe.Success.ShouldBeTrue(probe.Error);
        probe.ToolNames.ShouldContain("find");
        (await host.ReadAsync(db => db.Upstreams.CountAsync(Cancellation))).ShouldBe(0);
        (await host.LastAuditAsync()).Action.ShouldBe("gateways.test");
    }

    [Fact]
    public async Task Test_OfSettingsThatBreakARule_IsRefusedAsCreatingWouldBe()
    {
        await using var host = await AdministrationHost.StartAsync();

        (await TestAsync(host, host.Root, new UpstreamInput { Url = "nonsense", TimeoutSeconds = 0 }))
            .ShouldBeRefused(RefusalKind.Invalid).Errors.Keys.Order().ShouldBe(["timeout_seconds", "url"]);
    }

    private static async Task<Outcome<UpstreamProbe>> TestAsync(AdministrationHost host, Caller caller, UpstreamInput input)
    {
        Outcome<UpstreamProbe>? only = null;
        await foreach (var outcome in host.Catalog.TestUpstreamAsync(caller, input, Cancellation))
        {
            only.ShouldBeNull();
            only = outcome;
        }

        return only.ShouldNotBeNull();
    }

    private static async Task<Outcome<Page<UpstreamView>>> ListAsync(
        AdministrationHost host, Caller caller, UpstreamQuery? query = null, PageRequest? page = null) =>
        await host.Catalog.ListUpstreamsAsync(
            caller, query ?? new UpstreamQuery(null, null, null, null, null, null), page ?? new PageRequest(), Cancellation);

    private static async Task<UpstreamView> CreateAsync(
        AdministrationHost host, Caller caller, string name, Visibility visibility = Visibility.Public) =>
        (await host.Catalog.CreateUpstreamAsync(caller, new UpstreamInput { Name = name, Url = Url, Visibility = visibility }, Cancellation)).Value();
}

using System.Text;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Storage.Model;

namespace McpGateway.Grains.Tests.Administration;

public sealed class ItemTests
{
    private static readonly ItemQuery s_tools = new(ItemKind.Tool, null, null, null, null, false);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_ShowsAvailableItemsOfVisibleUpstreams_ByName()
    {
        await using var host = await AdministrationHost.StartAsync();
        var ada = await host.AddUserAsync("ada");
        var open = await CreateAsync(host, "crm");
        var hidden = await CreateAsync(host, "private", Visibility.Private);
        await host.AddItemAsync(open, "zeta");
        await host.AddItemAsync(open, "alpha");
        await host.AddItemAsync(open, "gone", change: item => item.Available = false);
        await host.AddItemAsync(open, "greet", ItemKind.Prompt);
        await host.AddItemAsync(hidden, "secret");

        (await NamesAsync(host, ada, s_tools)).ShouldBe("crm-alpha crm-zeta");
        (await NamesAsync(host, ada, s_tools with { IncludeUnavailable = true })).ShouldBe("crm-alpha crm-gone crm-zeta");
        (await NamesAsync(host, ada, s_tools with { Kind = ItemKind.Prompt })).ShouldBe("crm-greet");
        (await NamesAsync(host, host.Root, s_tools)).ShouldBe("crm-alpha crm-zeta private-secret");
        var counts = (await host.Catalog.CountAsync(ada, Cancellation)).Value();
        (counts.Tools, counts.Prompts, counts.Upstreams).ShouldBe((2, 1, 1));
    }

    [Fact]
    public async Task List_Filtered_ShowsWhatFits()
    {
        await using var host = await AdministrationHost.StartAsync();
        var crm = await CreateAsync(host, "crm", tags: ["sales"]);
        var erp = await CreateAsync(host, "erp");
        await host.AddItemAsync(crm, "find", change: item => (item.Description, item.Title) = ("Sucht ÜBERALL", "Finder"));
        await host.AddItemAsync(erp, "post", change: item => item.Tags = ["ledger"]);
        await host.AddItemAsync(erp, "void", change: item => item.Enabled = false);

        (await NamesAsync(host, host.Root, s_tools with { GatewayId = erp })).ShouldBe("erp-post erp-void");
        (await NamesAsync(host, host.Root, s_tools with { Search = "überall" })).ShouldBe("crm-find");
        (await NamesAsync(host, host.Root, s_tools with { Search = "FINDER" })).ShouldBe("crm-find");
        (await NamesAsync(host, host.Root, s_tools with { Tag = "Ledger" })).ShouldBe("erp-post");
        (await NamesAsync(host, host.Root, s_tools with { Tag = "sales" })).ShouldBe("crm-find");
        (await NamesAsync(host, host.Root, s_tools with { Enabled = false })).ShouldBe("erp-void");
    }

    [Fact]
    public async Task List_PagedThrough_ShowsEachOnce()
    {
        await using var host = await AdministrationHost.StartAsync();
        var crm = await CreateAsync(host, "crm");
        for (var i = 0; i < 7; i++)
        {
            await host.AddItemAsync(crm, $"t{i}", change: item => item.CatalogName = $"crm-{item.OriginalName[1] / 2}");
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await host.Catalog.ListItemsAsync(host.Root, s_tools, new PageRequest(2, cursor), Cancellation)).Value();
            page.Total.ShouldBe(7);
            seen.AddRange(page.Items.Select(item => item.OriginalName));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        seen.Order().ShouldBe(["t0", "t1", "t2", "t3", "t4", "t5", "t6"]);
    }

    [Fact]
    public async Task Get_ShowsTheDefinitionAsTheUpstreamWroteIt()
    {
        const string definition = """{ "name":"find",  "x-unknown": [1.50, "\u00e4"] }""";
        await using var host = await AdministrationHost.StartAsync();
        var crm = await CreateAsync(host, "crm", tags: ["sales"]);
        var id = await host.AddItemAsync(crm, "find", change: item => item.Tags = ["own"], definition: definition);

        var view = (await host.Catalog.GetItemAsync(host.Root, ItemKind.Tool, id, Cancellation)).Value();

        Encoding.UTF8.GetString(view.Definition.Span).ShouldBe(definition);
        view.Tags.ShouldBe(["own", "sales"]);
        view.Drifted.ShouldBeFalse();
        (view.GatewayId, view.GatewayName, view.OriginalName).ShouldBe((crm, "crm", "find"));
        (await host.Catalog.GetItemAsync(host.Root, ItemKind.Prompt, id, Cancellation)).ShouldBeRefused(RefusalKind.NotFound);
    }

    [Theory]
    [InlineData(DriftPolicy.Hold, "old")]
    [InlineData(DriftPolicy.Block, "old")]
    [InlineData(DriftPolicy.Observe, "new")]
    public async Task Get_OfADriftedItem_ShowsWhatIsServed(DriftPolicy policy, string served)
    {
        await using var host = await AdministrationHost.StartAsync();
        var crm = await CreateAsync(host, "crm", drift: policy);
        var id = await host.AddItemAsync(crm, "find", definition: "\"old\"");
        await host.WriteAsync(db =>
        {
            db.Definitions.Add(new DefinitionEntity { Hash = "n", CanonicalHash = "n", Json = "\"new\""u8.ToArray() });
            db.Items.Single().CurrentHash = "n";
        });

        var view = (await host.Catalog.GetItemAsync(host.Root, ItemKind.Tool, id, Cancellation)).Value();

        view.Drifted.ShouldBeTrue();
        Encoding.UTF8.GetString(view.Definition.Span).ShouldBe($"\"{served}\"");
    }

    [Fact]
    public async Task Update_SwitchesAndTags_AndTellsTheFeed()
    {
        await using var host = await AdministrationHost.StartAsync();
        var crm = await CreateAsync(host, "crm");
        var id = await host.AddItemAsync(crm, "find");
        var feed = await host.LastChangeAsync();

        var view = (await host.Catalog.UpdateItemAsync(host.Root, ItemKind.Tool, id, new ItemInput(false, ["A", "b"]), Cancellation)).Value();

        view.Enabled.ShouldBeFalse();
        view.Tags.ShouldBe(["a", "b"]);
        (await host.FeedAfterAsync(feed)).ShouldBe([(ChangeKind.Catalog, crm)]);
        var audit = await host.LastAuditAsync();
        (audit.Action, audit.Detail).ShouldBe(("tools.update", """{"enabled":false,"tags":["a","b"]}"""));
        (await host.Catalog.UpdateItemAsync(host.Root, ItemKind.Tool, id, new ItemInput(null, default), Cancellation)).Value().Tags.ShouldBe(["a", "b"]);
        (await host.FeedAfterAsync(feed)).Count.ShouldBe(1);
        (await host.Catalog.UpdateItemAsync(host.Root, ItemKind.Tool, id, new ItemInput(null, [""]), Cancellation)).ShouldBeRefused("tags", "1 to 64");
    }

    [Theory]
    [InlineData(ItemKind.Tool, "tools")]
    [InlineData(ItemKind.Prompt, "prompts")]
    [InlineData(ItemKind.Resource, "resources")]
    [InlineData(ItemKind.ResourceTemplate, "resources")]
    public async Task Update_NeedsThePermissionOfItsKindAndTheUpstreamsManagement(ItemKind kind, string area)
    {
        await using var host = await AdministrationHost.StartAsync();
        var reader = await host.AddUserAsync("reader");
        var editor = await host.AddUserAsync("editor", permissions: [$"{area}.update"]);
        var id = await host.AddItemAsync(await CreateAsync(host, "crm"), "find", kind);
        var hidden = await host.AddItemAsync(await CreateAsync(host, "hidden", Visibility.Private), "find", kind);
        var off = new ItemInput(false, default);

        (await host.Catalog.UpdateItemAsync(reader, kind, id, off, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden).Detail.ShouldContain($"{area}.update");
        (await host.Catalog.UpdateItemAsync(editor, kind, id, off, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden).Detail.ShouldContain("owner");
        (await host.Catalog.UpdateItemAsync(editor, kind, hidden, off, Cancellation)).ShouldBeRefused(RefusalKind.NotFound);
        (await host.Catalog.GetItemAsync(reader, kind, hidden, Cancellation)).ShouldBeRefused(RefusalKind.NotFound);
        var blind = reader with { Rights = reader.Rights with { Permissions = Permissions.None } };
        (await host.Catalog.GetItemAsync(blind, kind, id, Cancellation)).ShouldBeRefused(RefusalKind.Forbidden).Detail.ShouldContain($"{area}.read");
        (await host.Catalog.ListItemsAsync(blind, s_tools with { Kind = kind }, new PageRequest(), Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
    }

    [Fact]
    public async Task TokenBoundToServers_SeesOnlyWhatTheyServe()
    {
        await using var host = await AdministrationHost.StartAsync();
        var crm = await CreateAsync(host, "crm");
        var find = await host.AddItemAsync(crm, "find");
        var other = await host.AddItemAsync(crm, "other");
        var server = (await host.Catalog.CreateServerAsync(host.Root, new ServerInput { Name = "desk", Tools = [find] }, Cancellation)).Value();
        var bound = host.Root with { ServerIds = [server.Id] };

        (await NamesAsync(host, bound, s_tools)).ShouldBe("crm-find");
        (await host.Catalog.GetItemAsync(bound, ItemKind.Tool, other, Cancellation)).ShouldBeRefused(RefusalKind.NotFound);
        (await host.Catalog.UpdateItemAsync(bound, ItemKind.Tool, find, new ItemInput(false, default), Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
    }

    private static async Task<string> CreateAsync(
        AdministrationHost host, string name, Visibility visibility = Visibility.Public, string[]? tags = null, DriftPolicy drift = DriftPolicy.Hold) =>
        (await host.Catalog.CreateUpstreamAsync(
            host.Root,
            new UpstreamInput { Name = name, Url = "https://a.example.com/", Visibility = visibility, Tags = [.. tags ?? []], Drift = drift },
            Cancellation)).Value().Id;

    private static async Task<string> NamesAsync(AdministrationHost host, Caller caller, ItemQuery query) =>
        string.Join(' ', (await host.Catalog.ListItemsAsync(caller, query, new PageRequest(), Cancellation)).Value().Items.Select(item => item.Name));
}

using System.Text;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Storage.Model;

namespace McpGateway.Grains.Tests.Administration;

public sealed class ItemApprovalTests
{
    private const string New = """{"name":"find","title":"New title","description":"New text"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ItemKind.Tool, "tools")]
    [InlineData(ItemKind.Prompt, "prompts")]
    [InlineData(ItemKind.Resource, "resources")]
    [InlineData(ItemKind.ResourceTemplate, "resources")]
    public async Task Approve_DriftedItem_ServesAndShowsTheNewText(ItemKind kind, string area)
    {
        await using var host = await AdministrationHost.StartAsync();
        var crm = await CreateAsync(host);
        var id = await AddDriftedAsync(host, crm, kind);
        var before = (await host.Catalog.GetItemAsync(host.Root, kind, id, Cancellation)).Value();
        Text(before.Definition).ShouldNotBe(New);
        Text(before.PendingDefinition).ShouldBe(New);
        var feed = await host.LastChangeAsync();

        var view = (await host.Catalog.ApproveItemAsync(host.Root, kind, id, before.DefinitionHash, Cancellation)).Value();

        Text(view.Definition).ShouldBe(New);
        (view.Title, view.Description, view.Drifted).ShouldBe(("New title", "New text", false));
        (view.DefinitionHash, view.ApprovedHash).ShouldBe(("n", "n"));
        view.PendingDefinition.IsEmpty.ShouldBeTrue();
        (await host.FeedAfterAsync(feed)).ShouldBe([(ChangeKind.Catalog, crm)]);
        var audit = await host.LastAuditAsync();
        (audit.Action, audit.TargetId, audit.Detail).ShouldBe(($"{area}.approve", id, """{"definition_hash":"n"}"""));
    }

    [Fact]
    public async Task Approve_WhatIsApproved_ChangesNothing()
    {
        await using var host = await AdministrationHost.StartAsync();
        var id = await host.AddItemAsync(await CreateAsync(host), "find");
        var (feed, audit) = (await host.LastChangeAsync(), (await host.LastAuditAsync()).Id);

        (await ApproveAsync(host, id)).Value().Drifted.ShouldBeFalse();

        (await host.FeedAfterAsync(feed)).ShouldBeEmpty();
        (await host.LastAuditAsync()).Id.ShouldBe(audit);
    }

    [Fact]
    public async Task Approve_AnotherHashThanTheUpstreams_IsAConflictThatNamesTheField()
    {
        await using var host = await AdministrationHost.StartAsync();
        var id = await AddDriftedAsync(host, await CreateAsync(host));
        var reviewed = (await host.Catalog.GetItemAsync(host.Root, ItemKind.Tool, id, Cancellation)).Value();
        await DriftAsync(host, "newer", """{"name":"find","description":"Newer"}""");

        foreach (var hash in (string[])[reviewed.DefinitionHash, reviewed.ApprovedHash!, ""])
        {
            (await ApproveAsync(host, id, hash)).ShouldBeRefused(RefusalKind.Conflict).Errors.ShouldContainKey("definition_hash");
        }

        var view = (await host.Catalog.GetItemAsync(host.Root, ItemKind.Tool, id, Cancellation)).Value();
        view.ApprovedHash.ShouldBe(reviewed.ApprovedHash);
        (await ApproveAsync(host, id, "newer")).Value().Description.ShouldBe("Newer");
    }

    [Theory]
    [InlineData(DriftPolicy.Hold)]
    [InlineData(DriftPolicy.Block)]
    public async Task Withdraw_ApprovedItem_IsServedNoMoreUntilApprovedAgain(DriftPolicy policy)
    {
        await using var host = await AdministrationHost.StartAsync();
        var crm = await CreateAsync(host, policy);
        var id = await host.AddItemAsync(crm, "find", change: item => item.Description = "Finds");
        var server = (await host.Catalog.CreateServerAsync(host.Root, new ServerInput { Name = "desk", Tools = [id] }, Cancellation)).Value();
        var bound = host.Root with { ServerIds = [server.Id] };
        var hash = (await host.Catalog.GetItemAsync(bound, ItemKind.Tool, id, Cancellation)).Value().ApprovedHash;
        var feed = await host.LastChangeAsync();

        var view = (await WithdrawAsync(host, id)).Value();

        (view.ApprovedHash, view.DefinitionHash, view.Drifted, view.Description).ShouldBe((null, hash, true, "Finds"));
        view.Definition.IsEmpty.ShouldBeTrue();
        Text(view.PendingDefinition).ShouldBe("""{"name":"find"}""");
        (await host.Catalog.GetItemAsync(bound, ItemKind.Tool, id, Cancellation)).ShouldBeRefused(RefusalKind.NotFound);
        (await host.FeedAfterAsync(feed)).ShouldBe([(ChangeKind.Catalog, crm)]);
        var audit = await host.LastAuditAsync();
        (audit.Action, audit.Detail).ShouldBe(("tools.withdraw", $$"""{"definition_hash":"{{hash}}"}"""));
        (await WithdrawAsync(host, id)).Value().ApprovedHash.ShouldBeNull();
        (await host.FeedAfterAsync(feed)).Count.ShouldBe(1);
        (await ApproveAsync(host, id, hash)).Value().ApprovedHash.ShouldBe(hash);
        (await host.Catalog.GetItemAsync(bound, ItemKind.Tool, id, Cancellation)).Value().Drifted.ShouldBeFalse();
    }

    [Fact]
    public async Task Withdraw_WhereThePolicyServesEverything_SaysWhatToDo()
    {
        await using var host = await AdministrationHost.StartAsync();
        var id = await host.AddItemAsync(await CreateAsync(host, DriftPolicy.Observe), "find");

        var refusal = (await WithdrawAsync(host, id)).ShouldBeRefused(RefusalKind.Conflict);

        refusal.Errors["drift_policy"].ShouldHaveSingleItem().ShouldContain("observe");
        (await host.Catalog.GetItemAsync(host.Root, ItemKind.Tool, id, Cancellation)).Value().ApprovedHash.ShouldNotBeNull();
    }

    [Fact]
    public async Task Decision_NeedsWhatEditingTheServerNeeds()
    {
        await using var host = await AdministrationHost.StartAsync();
        var tools = await host.AddUserAsync("tools", permissions: ["tools.update"]);
        var stranger = await host.AddUserAsync("stranger", permissions: ["gateways.update"]);
        var hidden = await host.AddItemAsync(await CreateAsync(host, name: "hidden", visibility: Visibility.Private), "find");
        var id = await AddDriftedAsync(host, await CreateAsync(host));
        var bound = host.Root with { ServerIds = ["s"] };

        foreach (var decide in (Func<Caller, string, ValueTask<Outcome<ItemView>>>[])
            [(caller, item) => ApproveAsync(host, item, caller: caller), (caller, item) => WithdrawAsync(host, item, caller)])
        {
            (await decide(tools, id)).ShouldBeRefused(RefusalKind.Forbidden).Detail.ShouldContain("gateways.update");
            (await decide(stranger, id)).ShouldBeRefused(RefusalKind.Forbidden).Detail.ShouldContain("owner");
            (await decide(stranger, hidden)).ShouldBeRefused(RefusalKind.NotFound);
            (await decide(bound, id)).ShouldBeRefused(RefusalKind.Forbidden);
            (await decide(host.Root, "unknown")).ShouldBeRefused(RefusalKind.NotFound);
        }
    }

    [Fact]
    public async Task PendingDefinition_IsShownToWhoMayApproveItOnly()
    {
        await using var host = await AdministrationHost.StartAsync();
        var reader = await host.AddUserAsync("reader", permissions: ["tools.update", "gateways.update"]);
        var id = await AddDriftedAsync(host, await CreateAsync(host));

        var shown = (await host.Catalog.GetItemAsync(reader, ItemKind.Tool, id, Cancellation)).Value();

        (shown.DefinitionHash, shown.Drifted, shown.PendingDefinition.IsEmpty).ShouldBe(("n", true, true));
        Text((await host.Catalog.GetItemAsync(host.Root, ItemKind.Tool, id, Cancellation)).Value().PendingDefinition).ShouldBe(New);
    }

    private static async Task<string> CreateAsync(
        AdministrationHost host, DriftPolicy drift = DriftPolicy.Hold, string name = "crm", Visibility visibility = Visibility.Public) =>
        (await host.Catalog.CreateUpstreamAsync(
            host.Root,
            new UpstreamInput { Name = name, Url = "https://a.example.com/", Visibility = visibility, Drift = drift },
            Cancellation)).Value().Id;

    /// <summary>An item whose upstream says <see cref="New"/> by now, with the hash n.</summary>
    private static async Task<string> AddDriftedAsync(AdministrationHost host, string upstream, ItemKind kind = ItemKind.Tool)
    {
        var id = await host.AddItemAsync(upstream, "find", kind);
        await DriftAsync(host, "n", New, id);
        return id;
    }

    private static Task DriftAsync(AdministrationHost host, string hash, string json, string id = "crm.find") => host.WriteAsync(db =>
    {
        db.Definitions.Add(new DefinitionEntity { Hash = hash, CanonicalHash = hash, Json = Encoding.UTF8.GetBytes(json) });
        db.Items.Single(item => item.Id == id).CurrentHash = hash;
    });

    private static ValueTask<Outcome<ItemView>> ApproveAsync(AdministrationHost host, string id, string? hash = null, Caller? caller = null) =>
        host.Catalog.ApproveItemAsync(caller ?? host.Root, ItemKind.Tool, id, hash, Cancellation);

    private static ValueTask<Outcome<ItemView>> WithdrawAsync(AdministrationHost host, string id, Caller? caller = null) =>
        host.Catalog.WithdrawItemAsync(caller ?? host.Root, ItemKind.Tool, id, Cancellation);

    private static string Text(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span);
}

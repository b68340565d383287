using System.Collections.Immutable;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Upstreams;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Tests.Administration;

public sealed class UpstreamChangeTests
{
    private const string Url = "https://crm.example.com/mcp";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Update_OneField_LeavesTheOthers()
    {
        await using var host = await AdministrationHost.StartAsync();
        var before = await CreateAsync(host, new UpstreamInput
        {
            Name = "crm", Url = Url, Description = "d", Tags = ["a"], Auth = AuthKind.Bearer, AuthToken = "t", TimeoutSeconds = 5, Drift = DriftPolicy.Block,
        });
        var feed = await host.LastChangeAsync();
        host.Time.Advance(TimeSpan.FromMinutes(1));

        var after = await UpdateAsync(host, before.Id, new UpstreamInput { TimeoutSeconds = 6 });

        after.ShouldBeTheSameAs(before with { TimeoutSeconds = 6, Version = before.Version + 1, UpdatedAt = before.UpdatedAt.AddMinutes(1) });
        (await host.FeedAfterAsync(feed)).ShouldBe([(ChangeKind.Upstream, before.Id)]);
        (await host.LastAuditAsync()).Detail.ShouldBe("""{"timeout_seconds":6}""");
        host.Probe.Count($"reconfigure {before.Id}").ShouldBe(2);
    }

    [Fact]
    public async Task Update_OfTheConcurrency_IsWhatNodesAreTold()
    {
        await using var host = await AdministrationHost.StartAsync();
        var before = await CreateAsync(host, new UpstreamInput { Name = "crm", Url = Url, MaxConcurrency = 8 });
        before.MaxConcurrency.ShouldBe(8);

        var after = await UpdateAsync(host, before.Id, new UpstreamInput { MaxConcurrency = 0 });

        after.MaxConcurrency.ShouldBe(0);
        (await host.LastAuditAsync()).Detail.ShouldBe("""{"max_concurrency":0}""");
    }

    [Fact]
    public async Task Update_NothingNew_ChangesNothing()
    {
        await using var host = await AdministrationHost.StartAsync();
        var before = await CreateAsync(host, new UpstreamInput { Name = "crm", Url = Url, Description = "d", Tags = ["a"] });
        var feed = await host.LastChangeAsync();

        var after = await UpdateAsync(host, before.Id, new UpstreamInput { Name = "crm", Url = Url, Description = "d", Tags = ["A"], Enabled = true });

        after.Version.ShouldBe(before.Version);
        (await host.FeedAfterAsync(feed)).ShouldBeEmpty();
        (await host.LastAuditAsync()).Action.ShouldBe("gateways.create");
        host.Probe.Count($"reconfigure {before.Id}").ShouldBe(1);
    }

    [Fact]
    public async Task Update_EmptyTexts_TakeThemAway()
    {
        await using var host = await AdministrationHost.StartAsync();
        await host.AddUserAsync("ada", teams: ["red"]);
        var before = await CreateAsync(host, new UpstreamInput { Name = "crm", Url = Url, Description = "d", Tags = ["a"], TeamId = "red" });
        before.TeamId.ShouldBe("red");

        var after = await UpdateAsync(host, before.Id, new UpstreamInput { Description = "", TeamId = "", Tags = [] });

        after.Description.ShouldBeNull();
        after.TeamId.ShouldBeNull();
        after.Tags.ShouldBeEmpty();
    }

    [Fact]
    public async Task Update_Name_MovesTheSlugAndTheNamesInTheCatalog()
    {
        await using var host = await AdministrationHost.StartAsync();
        var upstream = await CreateAsync(host, new UpstreamInput { Name = "crm", Url = Url });
        var tool = await host.AddItemAsync(upstream.Id, "find");
        var resource = await host.AddItemAsync(upstream.Id, "file:///a", ItemKind.Resource);
        var feed = await host.LastChangeAsync();

        var after = await UpdateAsync(host, upstream.Id, new UpstreamInput { Name = "Sales desk" });

        after.Slug.ShouldBe("sales-desk");
        (await host.Catalog.GetItemAsync(host.Root, ItemKind.Tool, tool, Cancellation)).Value().Name.ShouldBe("sales-desk-find");
        (await host.Catalog.GetItemAsync(host.Root, ItemKind.Resource, resource, Cancellation)).Value().Name.ShouldBe("file:///a");
        (await host.FeedAfterAsync(feed)).ShouldBe([(ChangeKind.Upstream, upstream.Id), (ChangeKind.Catalog, upstream.Id)]);
    }

    [Fact]
    public async Task Update_NameOfAnother_IsAConflict()
    {
        await using var host = await AdministrationHost.StartAsync();
        await CreateAsync(host, new UpstreamInput { Name = "crm", Url = Url });
        var other = await CreateAsync(host, new UpstreamInput { Name = "erp", Url = Url });

        (await host.Catalog.UpdateUpstreamAsync(host.Root, other.Id, new UpstreamInput { Name = "CRM" }, Cancellation))
            .ShouldBeRefused(RefusalKind.Conflict).Errors.ShouldContainKey("name");

        (await host.Catalog.GetUpstreamAsync(host.Root, other.Id, Cancellation)).Value().ShouldBeTheSameAs(other);
    }

    [Theory]
    [InlineData(TransportKind.Stdio, "command")]
    [InlineData(TransportKind.Sse, "url")]
    public async Task Update_TransportAlone_IsRefused(TransportKind transport, string needs)
    {
        await using var host = await AdministrationHost.StartAsync();
        var upstream = await CreateAsync(host, new UpstreamInput { Name = "crm", Url = Url });

        (await host.Catalog.UpdateUpstreamAsync(host.Root, upstream.Id, new UpstreamInput { Transport = transport }, Cancellation))
            .ShouldBeRefused("transport", needs);
    }

    [Fact]
    public async Task Update_TransportWithWhatItNeeds_DropsWhatTheOldOneHad()
    {
        await using var host = await AdministrationHost.StartAsync();
        var upstream = await CreateAsync(host, new UpstreamInput { Name = "crm", Url = Url, Auth = AuthKind.Bearer, AuthToken = "t" });

        var stdio = await UpdateAsync(host, upstream.Id, new UpstreamInput
        {
            Transport = TransportKind.Stdio, Command = "npx", Arguments = ["a"], Environment = ImmutableDictionary<string, string>.Empty.Add("A", "1"),
        });
        (stdio.Url, stdio.Command, stdio.Auth, stdio.Sharing).ShouldBe((null, "npx", AuthKind.None, SharingMode.PerUser));
        stdio.AuthHeaderNames.ShouldBeEmpty();

        var http = await UpdateAsync(host, upstream.Id, new UpstreamInput { Transport = TransportKind.StreamableHttp, Url = Url });
        (http.Url, http.Command, http.Sharing).ShouldBe((Url, null, SharingMode.PerSession));
        http.Arguments.ShouldBeEmpty();
        http.EnvironmentNames.ShouldBeEmpty();
        var row = await host.ReadAsync(db => db.Upstreams.SingleAsync(Cancellation));
        row.SealedEnvironment.ShouldBeEmpty();
        row.SealedHeaders.ShouldBeEmpty();
    }

    [Fact]
    public async Task Update_UrlToAnotherHost_NeedsTheCredentialsAgain()
    {
        await using var host = await AdministrationHost.StartAsync();
        var upstream = await CreateAsync(host, new UpstreamInput { Name = "crm", Url = Url, Auth = AuthKind.Bearer, AuthToken = "t" });

        foreach (var elsewhere in new[] { "https://evil.example.com/mcp", "http://crm.example.com/mcp", "https://crm.example.com:8443/mcp" })
        {
            (await host.Catalog.UpdateUpstreamAsync(host.Root, upstream.Id, new UpstreamInput { Url = elsewhere }, Cancellation))
                .ShouldBeRefused("url", "another host");
        }

        (await UpdateAsync(host, upstream.Id, new UpstreamInput { Url = "https://CRM.example.com/v2" })).Url.ShouldBe("https://CRM.example.com/v2");
        (await UpdateAsync(host, upstream.Id, new UpstreamInput { Url = "https://new.example.com/", AuthToken = "t2" })).Url.ShouldBe("https://new.example.com/");
        var row = await host.ReadAsync(db => db.Upstreams.SingleAsync(Cancellation));
        new UpstreamHeaders(host.Keys).Open(row.Id, row.SealedHeaders)!.Single().Value.ShouldBe("Bearer t2");
        (await UpdateAsync(host, upstream.Id, new UpstreamInput { Url = Url, Auth = AuthKind.None })).AuthHeaderNames.ShouldBeEmpty();
    }

    [Fact]
    public async Task Update_HowItIsReached_ForgetsWhatWasFoundOut()
    {
        await using var host = await AdministrationHost.StartAsync();
        var upstream = await CreateAsync(host, new UpstreamInput { Name = "crm", Url = Url });
        await DiscoverAsync(host);

        (await UpdateAsync(host, upstream.Id, new UpstreamInput { Description = "d" })).Era.ShouldBe(Era.Modern);
        var after = await UpdateAsync(host, upstream.Id, new UpstreamInput { Url = Url + "/v2" });

        (after.Era, after.State, after.ProtocolVersion, after.LastError).ShouldBe((Era.Unknown, UpstreamState.Pending, null, null));
    }

    [Fact]
    public async Task Update_Enabled_SetsTheState()
    {
        await using var host = await AdministrationHost.StartAsync();
        var upstream = await CreateAsync(host, new UpstreamInput { Name = "crm", Url = Url });
        await DiscoverAsync(host);
        var feed = await host.LastChangeAsync();

        (await UpdateAsync(host, upstream.Id, new UpstreamInput { Enabled = false })).State.ShouldBe(UpstreamState.Disabled);
        (await host.FeedAfterAsync(feed)).ShouldBe([(ChangeKind.Upstream, upstream.Id), (ChangeKind.Catalog, upstream.Id)]);
        (await UpdateAsync(host, upstream.Id, new UpstreamInput { Url = Url + "/v2" })).State.ShouldBe(UpstreamState.Disabled);
        (await UpdateAsync(host, upstream.Id, new UpstreamInput { Enabled = true })).State.ShouldBe(UpstreamState.Pending);
    }

    [Fact]
    public async Task Update_BreaksARule_ChangesNothing()
    {
        await using var host = await AdministrationHost.StartAsync();
        var upstream = await CreateAsync(host, new UpstreamInput { Name = "crm", Url = Url });

        var refusal = (await host.Catalog.UpdateUpstreamAsync(
            host.Root, upstream.Id, new UpstreamInput { Name = "", Description = "new", Command = "npx", RefreshSeconds = 1 }, Cancellation))
            .ShouldBeRefused(RefusalKind.Invalid);

        refusal.Errors.Keys.Order().ShouldBe(["command", "name", "refresh_interval_seconds"]);
        (await host.Catalog.GetUpstreamAsync(host.Root, upstream.Id, Cancellation)).Value().ShouldBeTheSameAs(upstream);
    }

    [Fact]
    public async Task Delete_TakesItsItemsAndTellsTheServersThatHadThem()
    {
        await using var host = await AdministrationHost.StartAsync();
        var upstream = await CreateAsync(host, new UpstreamInput { Name = "crm", Url = Url });
        var other = await CreateAsync(host, new UpstreamInput { Name = "erp", Url = Url });
        var tool = await host.AddItemAsync(upstream.Id, "find");
        await host.AddItemAsync(other.Id, "find");
        var byItem = (await host.Catalog.CreateServerAsync(host.Root, new ServerInput { Name = "a", Tools = [tool] }, Cancellation)).Value();
        var whole = (await host.Catalog.CreateServerAsync(host.Root, new ServerInput { Name = "b", Gateways = ["crm", "erp"] }, Cancellation)).Value();
        await host.Catalog.CreateServerAsync(host.Root, new ServerInput { Name = "c", Gateways = ["erp"] }, Cancellation);
        var feed = await host.LastChangeAsync();

        (await host.Catalog.DeleteUpstreamAsync(host.Root, upstream.Id, Cancellation)).Value().Name.ShouldBe("crm");

        (await host.FeedAfterAsync(feed)).ShouldBe(
            [(ChangeKind.Upstream, upstream.Id), (ChangeKind.Catalog, upstream.Id), (ChangeKind.VirtualServer, byItem.Id), (ChangeKind.VirtualServer, whole.Id)],
            ignoreOrder: true);
        (await host.Catalog.GetServerAsync(host.Root, whole.Id, Cancellation)).Value().Tools.ShouldBe(["find"]);
        (await host.Catalog.GetServerAsync(host.Root, byItem.Id, Cancellation)).Value().Tools.ShouldBeEmpty();
        (await host.LastAuditAsync()).Action.ShouldBe("gateways.delete");
        host.Probe.Count($"reconfigure {upstream.Id}").ShouldBe(2);
        (await host.Catalog.DeleteUpstreamAsync(host.Root, upstream.Id, Cancellation)).ShouldBeRefused(RefusalKind.NotFound);
    }

    private static Task DiscoverAsync(AdministrationHost host) => host.WriteAsync(db =>
    {
        var row = db.Upstreams.Single();
        (row.Era, row.ProtocolVersion, row.State, row.LastError) = (Era.Modern, "2026-07-28", UpstreamState.Online, "old");
    });

    private static async Task<UpstreamView> CreateAsync(AdministrationHost host, UpstreamInput input) =>
        (await host.Catalog.CreateUpstreamAsync(host.Root, input, Cancellation)).Value();

    private static async Task<UpstreamView> UpdateAsync(AdministrationHost host, string id, UpstreamInput input) =>
        (await host.Catalog.UpdateUpstreamAsync(host.Root, id, input, Cancellation)).Value();
}

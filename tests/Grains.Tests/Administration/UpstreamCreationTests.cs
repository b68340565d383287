using System.Collections.Immutable;
using System.Text.Json;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Tests.Administration;

public sealed class UpstreamCreationTests
{
    private const string Url = "https://crm.example.com/mcp";

    private static readonly ImmutableDictionary<string, string> s_none = ImmutableDictionary<string, string>.Empty;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_Http_FillsInDefaultsAndStartsDiscovery()
    {
        await using var host = await AdministrationHost.StartAsync();
        var before = await host.LastChangeAsync();

        var view = (await host.Catalog.CreateUpstreamAsync(host.Root, new UpstreamInput { Name = " The CRM! ", Url = Url }, Cancellation)).Value();

        view.Id.Length.ShouldBe(32);
        view.Name.ShouldBe("The CRM!");
        view.Slug.ShouldBe("the-crm");
        view.Transport.ShouldBe(TransportKind.StreamableHttp);
        view.Sharing.ShouldBe(SharingMode.PerSession);
        view.Visibility.ShouldBe(Visibility.Public);
        view.State.ShouldBe(UpstreamState.Pending);
        view.OwnerId.ShouldBe("root");
        view.RefreshSeconds.ShouldBe(300);
        view.TimeoutSeconds.ShouldBe(60);
        view.MaxConcurrency.ShouldBe(0);
        (await host.FeedAfterAsync(before)).ShouldBe([(ChangeKind.Upstream, view.Id)]);
        host.Probe.Marks.ShouldContain($"reconfigure {view.Id}");
        (await host.Catalog.GetUpstreamAsync(host.Root, view.Id, Cancellation)).Value().Name.ShouldBe("The CRM!");
        var audit = await host.LastAuditAsync();
        (audit.Action, audit.TargetId, audit.TargetName, audit.ActorId, audit.Address).ShouldBe(
            ("gateways.create", view.Id, "The CRM!", "root", "192.0.2.7"));
    }

    [Theory]
    [InlineData(AuthKind.Bearer, "Authorization: Bearer s3cret-token")]
    [InlineData(AuthKind.Basic, "Authorization: Basic YWRhOnMzY3JldC10b2tlbg==")]
    [InlineData(AuthKind.Headers, "X-Api-Key: s3cret-token")]
    public async Task Create_WithCredentials_SealsThemAndShowsThemNowhere(AuthKind kind, string header)
    {
        await using var host = await AdministrationHost.StartAsync();
        var input = new UpstreamInput { Name = "crm", Url = Url, Auth = kind };
        input = kind switch
        {
            AuthKind.Bearer => input with { AuthToken = "s3cret-token" },
            AuthKind.Basic => input with { AuthUsername = "ada", AuthPassword = "s3cret-token" },
            _ => input with { AuthHeaders = s_none.Add("X-Api-Key", "s3cret-token") },
        };

        var view = (await host.Catalog.CreateUpstreamAsync(host.Root, input, Cancellation)).Value();

        var row = await host.ReadAsync(db => db.Upstreams.SingleAsync(Cancellation));
        var opened = new UpstreamHeaders(host.Keys).Open(row.Id, row.SealedHeaders).ShouldNotBeNull().ShouldHaveSingleItem();
        $"{opened.Name}: {opened.Value}".ShouldBe(header);
        view.AuthHeaderNames.ShouldBe([opened.Name]);
        (JsonSerializer.Serialize(view) + JsonSerializer.Serialize(row) + (await host.LastAuditAsync()).Detail).ShouldNotContain("s3cret");
        (await host.LastAuditAsync()).Detail!.ShouldContain("***");
    }

    [Fact]
    public async Task Create_Stdio_SealsTheEnvironment()
    {
        await using var host = await AdministrationHost.StartAsync();
        var input = new UpstreamInput
        {
            Name = "files",
            Command = "npx",
            Arguments = ["-y", "server"],
            Environment = s_none.Add("KEY", "s3cret").Add("A", "1"),
            WorkingFolder = "/srv",
        };

        var view = (await host.Catalog.CreateUpstreamAsync(host.Root, input, Cancellation)).Value();

        view.Transport.ShouldBe(TransportKind.Stdio);
        view.Sharing.ShouldBe(SharingMode.PerUser);
        view.Arguments.ShouldBe(["-y", "server"]);
        view.EnvironmentNames.ShouldBe(["A", "KEY"]);
        view.WorkingFolder.ShouldBe("/srv");
        var row = await host.ReadAsync(db => db.Upstreams.SingleAsync(Cancellation));
        var json = host.Keys.Sealer("upstream-environment").OpenText(row.SealedEnvironment, row.Id).ShouldNotBeNull();
        JsonSerializer.Deserialize<Dictionary<string, string>>(json).ShouldBe(new Dictionary<string, string> { ["A"] = "1", ["KEY"] = "s3cret" }, ignoreOrder: true);
        (await host.LastAuditAsync()).Detail!.ShouldNotContain("s3cret");
    }

    public static TheoryData<UpstreamInput, string, string> Broken() => new()
    {
        { new() { Url = Url }, "name", "needed" },
        { new() { Name = "  ", Url = Url }, "name", "needed" },
        { new() { Name = new string('x', 129), Url = Url }, "name", "128" },
        { new() { Name = "a\u0007b", Url = Url }, "name", "printable" },
        { new() { Name = "a\u202Eb", Url = Url }, "name", "printable" },
        { new() { Name = "x", Url = Url, Description = new string('x', 4097) }, "description", "4,096" },
        { new() { Name = "x", Url = Url, Description = "a\0b" }, "description", "control" },
        { new() { Name = "x" }, "url", "needs a url" },
        { new() { Name = "x", Transport = TransportKind.Sse }, "url", "SSE needs a url" },
        { new() { Name = "x", Url = "crm.example.com" }, "url", "absolute" },
        { new() { Name = "x", Url = "ftp://crm.example.com/" }, "url", "http or https" },
        { new() { Name = "x", Url = "file:///etc/passwd" }, "url", "http or https" },
        { new() { Name = "x", Url = "https://a b/" }, "url", "absolute" },
        { new() { Name = "x", Url = "https://ada:pw@crm.example.com/" }, "url", "user name" },
        { new() { Name = "x", Url = Url + "#top" }, "url", "fragment" },
        { new() { Name = "x", Url = "https://a/" + new string('x', 2048) }, "url", "2048" },
        { new() { Name = "x", Url = Url, Command = "npx" }, "command", "not used by STREAMABLEHTTP" },
        { new() { Name = "x", Url = Url, Arguments = ["a"] }, "args", "not used" },
        { new() { Name = "x", Url = Url, Environment = s_none.Add("A", "") }, "env", "not used" },
        { new() { Name = "x", Url = Url, WorkingFolder = "/" }, "cwd", "not used" },
        { new() { Name = "x", Transport = TransportKind.Stdio }, "command", "needs a command" },
        { new() { Name = "x", Transport = TransportKind.Stdio, Command = "npx", Url = Url }, "url", "not used by STDIO" },
        { new() { Name = "x", Command = "a\nb" }, "command", "printable" },
        { new() { Name = "x", Command = "npx", Arguments = [.. Enumerable.Repeat("a", 129)] }, "args", "128" },
        { new() { Name = "x", Command = "npx", Arguments = ["a\0"] }, "args", "NUL" },
        { new() { Name = "x", Command = "npx", WorkingFolder = "relative" }, "cwd", "absolute" },
        { new() { Name = "x", Command = "npx", Environment = s_none.Add("1A", "x") }, "env", "'1A'" },
        { new() { Name = "x", Command = "npx", Environment = s_none.Add("A=B", "x") }, "env", "'A=B'" },
        { new() { Name = "x", Command = "npx", Environment = s_none.Add("A", "x\0") }, "env", "NUL" },
        { new() { Name = "x", Command = "npx", Auth = AuthKind.Bearer, AuthToken = "t" }, "auth_type", "not used by STDIO" },
        { new() { Name = "x", Url = Url, Auth = AuthKind.Bearer }, "auth_token", "needs it" },
        { new() { Name = "x", Url = Url, Auth = AuthKind.Bearer, AuthToken = "a\r\nX: y" }, "auth_token", "ASCII" },
        { new() { Name = "x", Url = Url, AuthToken = "t" }, "auth_token", "'bearer'" },
        { new() { Name = "x", Url = Url, Auth = AuthKind.Bearer, AuthToken = "t", AuthPassword = "p" }, "auth_password", "'basic'" },
        { new() { Name = "x", Url = Url, Auth = AuthKind.Basic, AuthUsername = "a" }, "auth_password", "needs it" },
        { new() { Name = "x", Url = Url, Auth = AuthKind.Basic, AuthUsername = "a:b", AuthPassword = "p" }, "auth_username", "colon" },
        { new() { Name = "x", Url = Url, Auth = AuthKind.Headers }, "auth_headers", "at least one" },
        { WithHeader("Cookie", "a"), "auth_headers", "'Cookie'" },
        { WithHeader("host", "a"), "auth_headers", "'host'" },
        { WithHeader("Content-Type", "a"), "auth_headers", "'Content-Type'" },
        { WithHeader("content-anything", "a"), "auth_headers", "'content-anything'" },
        { WithHeader("Mcp-Session-Id", "a"), "auth_headers", "'Mcp-Session-Id'" },
        { WithHeader("Connection", "a"), "auth_headers", "'Connection'" },
        { WithHeader("Transfer-Encoding", "a"), "auth_headers", "'Transfer-Encoding'" },
        { WithHeader("X Y", "a"), "auth_headers", "'X Y'" },
        { WithHeader("X-Y", "a\r\nZ: b"), "auth_headers", "printable" },
        { new() { Name = "x", Url = Url, Auth = AuthKind.Headers, AuthHeaders = s_none.Add("X-A", "1").Add("x-a", "2") }, "auth_headers", "more than once" },
        { new() { Name = "x", Url = Url, Tags = [.. Enumerable.Range(0, 33).Select(i => $"t{i}")] }, "tags", "32" },
        { new() { Name = "x", Url = Url, Tags = [new string('x', 65)] }, "tags", "64" },
        { new() { Name = "x", Url = Url, Tags = [" "] }, "tags", "1 to 64" },
        { new() { Name = "x", Url = Url, RefreshSeconds = 9 }, "refresh_interval_seconds", "10 to 86,400" },
        { new() { Name = "x", Url = Url, RefreshSeconds = 86_401 }, "refresh_interval_seconds", "10 to 86,400" },
        { new() { Name = "x", Url = Url, TimeoutSeconds = 0 }, "timeout_seconds", "1 to 3,600" },
        { new() { Name = "x", Url = Url, TimeoutSeconds = 3601 }, "timeout_seconds", "1 to 3,600" },
        { new() { Name = "x", Url = Url, MaxConcurrency = -1 }, "max_concurrency", "0 to 10,000" },
        { new() { Name = "x", Url = Url, MaxConcurrency = 10_001 }, "max_concurrency", "0 to 10,000" },
        { new() { Name = "x", Url = Url, Visibility = Visibility.Team }, "team_id", "needs a team" },
        { new() { Name = "x", Url = Url, TeamId = "nowhere" }, "team_id", "no such team" },
        { new() { Name = "x", Url = Url, Drift = (DriftPolicy)7 }, "drift_policy", "no such value" },
    };

    [Theory, MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public async Task Create_BreaksARule_NamesTheFieldAndSavesNothing(UpstreamInput input, string field, string text)
    {
        await using var host = await AdministrationHost.StartAsync();

        (await host.Catalog.CreateUpstreamAsync(host.Root, input, Cancellation)).ShouldBeRefused(field, text);

        (await host.ReadAsync(db => db.Upstreams.CountAsync(Cancellation))).ShouldBe(0);
        (await host.ReadAsync(db => db.Audit.CountAsync(Cancellation))).ShouldBe(0);
        host.Probe.Marks.ShouldBeEmpty();
    }

    [Fact]
    public async Task Create_BreaksManyRules_NamesThemAllAtOnce()
    {
        await using var host = await AdministrationHost.StartAsync();
        var input = new UpstreamInput { Url = "nonsense", Command = "npx", TimeoutSeconds = 0, Tags = [""], TeamId = "nowhere", AuthToken = "t" };

        var refusal = (await host.Catalog.CreateUpstreamAsync(host.Root, input, Cancellation)).ShouldBeRefused(RefusalKind.Invalid);

        refusal.Errors.Keys.Order().ShouldBe(["auth_token", "command", "name", "tags", "team_id", "timeout_seconds", "url"]);
        refusal.Detail.ShouldContain("auth_token, command, name");
    }

    [Fact]
    public async Task Create_NameIsTakenInAnotherCase_IsAConflict()
    {
        await using var host = await AdministrationHost.StartAsync();
        await CreateAsync(host, "Crm");

        var refusal = (await host.Catalog.CreateUpstreamAsync(host.Root, new UpstreamInput { Name = "cRM", Url = Url }, Cancellation))
            .ShouldBeRefused(RefusalKind.Conflict);

        refusal.Errors["name"].ShouldHaveSingleItem().ShouldContain("'cRM'");
        (await host.ReadAsync(db => db.Audit.CountAsync(Cancellation))).ShouldBe(1);
    }

    [Fact]
    public async Task Create_NamesWithTheSameSlug_AreNumbered()
    {
        await using var host = await AdministrationHost.StartAsync();

        var slugs = new List<string>();
        foreach (var name in new[] { "my crm", "My-CRM", "my crm 2", "my.crm", "my_crm" })
        {
            slugs.Add((await CreateAsync(host, name)).Slug);
        }

        slugs.ShouldBe(["my-crm", "my-crm-2", "my-crm-2-2", "my-crm-3", "my-crm-4"]);
    }

    [Fact]
    public async Task Create_ManyAtOnceWithTheSameSlug_AllGetTheirOwn()
    {
        await using var host = await AdministrationHost.StartAsync();

        var views = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => CreateAsync(host, "crm" + new string('!', i + 1))));

        views.Select(view => view.Slug).Distinct().Count().ShouldBe(8);
    }

    [Fact]
    public async Task Create_TagsInAnyForm_AreNormalized()
    {
        await using var host = await AdministrationHost.StartAsync();

        var view = (await host.Catalog.CreateUpstreamAsync(
            host.Root, new UpstreamInput { Name = "crm", Url = Url, Tags = [" Sales", "sales ", "EU"] }, Cancellation)).Value();

        view.Tags.ShouldBe(["sales", "eu"]);
    }

    [Fact]
    public async Task Create_GrainOfTheUpstreamFails_IsCreatedAllTheSame()
    {
        await using var host = await AdministrationHost.StartAsync();
        host.Probe.Mark("fail");

        var view = await CreateAsync(host, "crm");

        (await host.Catalog.GetUpstreamAsync(host.Root, view.Id, Cancellation)).Succeeded.ShouldBeTrue();
    }

    private static UpstreamInput WithHeader(string name, string value) =>
        new() { Name = "x", Url = Url, Auth = AuthKind.Headers, AuthHeaders = s_none.Add(name, value) };

    private static async Task<UpstreamView> CreateAsync(AdministrationHost host, string name) =>
        (await host.Catalog.CreateUpstreamAsync(host.Root, new UpstreamInput { Name = name, Url = Url }, Cancellation)).Value();
}

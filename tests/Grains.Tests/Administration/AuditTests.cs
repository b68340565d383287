using McpGateway.Abstractions.Administration;

namespace McpGateway.Grains.Tests.Administration;

public sealed class AuditTests
{
    private static readonly AuditQuery s_all = new(null, null, null, null, null);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_IsNewestFirst_AndPaged()
    {
        await using var host = await AdministrationHost.StartAsync();
        await WriteAsync(host, "a", "b", "c", "d", "e");

        var first = (await host.Audit.ListAsync(host.Root, s_all, new PageRequest(2), Cancellation)).Value();
        await WriteAsync(host, "f");
        var second = (await host.Audit.ListAsync(host.Root, s_all, new PageRequest(2, first.NextCursor), Cancellation)).Value();
        var third = (await host.Audit.ListAsync(host.Root, s_all, new PageRequest(2, second.NextCursor), Cancellation)).Value();

        first.Items.Concat(second.Items).Concat(third.Items).Select(entry => entry.Action).ShouldBe(["e", "d", "c", "b", "a"]);
        first.Total.ShouldBe(5);
        third.NextCursor.ShouldBeNull();
    }

    [Fact]
    public async Task List_Filtered_ShowsWhatFits()
    {
        await using var host = await AdministrationHost.StartAsync();
        await WriteAsync(host, "a");
        var start = host.Time.GetUtcNow();
        host.Time.Advance(TimeSpan.FromHours(1));
        await WriteAsync(host, "b", "c");

        async Task<string> ActionsAsync(AuditQuery query) => string.Join(
            ' ', (await host.Audit.ListAsync(host.Root, query, new PageRequest(), Cancellation)).Value().Items.Select(entry => entry.Action));
        (await ActionsAsync(s_all with { Action = "b" })).ShouldBe("b");
        (await ActionsAsync(s_all with { ActorId = "root" })).ShouldBe("c b a");
        (await ActionsAsync(s_all with { ActorId = "nobody" })).ShouldBe("");
        (await ActionsAsync(s_all with { TargetId = "id-c" })).ShouldBe("c");
        (await ActionsAsync(s_all with { Since = start.AddMinutes(1) })).ShouldBe("c b");
        (await ActionsAsync(s_all with { Until = start.AddHours(1) })).ShouldBe("a");
    }

    [Fact]
    public async Task List_NeedsItsPermission_AndNoBoundToken()
    {
        await using var host = await AdministrationHost.StartAsync();
        var ada = await host.AddUserAsync("ada");
        var auditor = await host.AddUserAsync("auditor", permissions: ["audit.read"]);

        (await host.Audit.ListAsync(ada, s_all, new PageRequest(), Cancellation)).ShouldBeRefused(RefusalKind.Forbidden).Detail.ShouldContain("audit.read");
        (await host.Audit.ListAsync(auditor, s_all, new PageRequest(), Cancellation)).Succeeded.ShouldBeTrue();
        (await host.Audit.ListAsync(host.Root with { ServerIds = ["s"] }, s_all, new PageRequest(), Cancellation)).ShouldBeRefused(RefusalKind.Forbidden);
        (await host.Audit.ListAsync(host.Root, s_all, new PageRequest(0), Cancellation)).ShouldBeRefused("limit", "1 to 500");
        (await host.Audit.ListAsync(host.Root, s_all, new PageRequest(1, "WyJhIiwiYiJd"), Cancellation)).ShouldBeRefused("cursor", "no cursor");
    }

    private static Task WriteAsync(AdministrationHost host, params string[] actions) => host.Database.WriteAsync(
        (_, log, _) =>
        {
            foreach (var action in actions)
            {
                log.Audit(host.Root, action, "thing", $"id-{action}", action, null);
            }

            return Task.CompletedTask;
        },
        Cancellation);
}

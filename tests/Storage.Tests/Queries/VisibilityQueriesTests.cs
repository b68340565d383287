using McpGateway.Abstractions.Access;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Storage.Tests.Queries;

public sealed class VisibilityQueriesTests(TestDatabases databases)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, BothDatabases]
    public async Task VisibleTo_EveryCombination_IsTheRuleOfRights(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        var rows = (
            from visibility in Enum.GetValues<Visibility>()
            from owner in new[] { "ada", "bob", Rights.AnonymousId }
            from team in new[] { null, "red", "blue" }
            select Rows.Upstream($"{visibility}/{owner}/{team}", owner, visibility, team)).ToList();
        await database.WriteAsync(
            (db, _, _) =>
            {
                db.AddRange(rows);
                return Task.CompletedTask;
            },
            Cancellation);
        Rights[] callers =
        [
            new("ada", "ada", Permissions.Use, false, []),
            new("ada", "ada", Permissions.Use, false, ["red"]),
            new("cy", "cy", Permissions.Use, false, ["red", "blue"]),
            new("cy", "cy", Permissions.Use, false, default),
            new("root", "root", Permissions.All, true, []),
            Rights.Anonymous,
            Rights.System,
        ];

        foreach (var rights in callers)
        {
            var expected = rows.Where(row => Sees(rights, row)).Select(row => row.Id).Order(StringComparer.Ordinal).ToList();
            var visible = await database.ReadAsync(
                (db, token) => db.Upstreams.VisibleTo(rights).Select(u => u.Id).Order().ToListAsync(token), Cancellation);
            visible.ShouldBe(expected, $"{rights}");
        }
    }

    [Theory, BothDatabases]
    public async Task VisibleTo_CallerBoundToServers_SeesOnlyThoseOfThemThatItsRightsSee(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        await database.WriteAsync(
            (db, _, _) =>
            {
                db.AddRange(Rows.Server("mine", "ada"), Rows.Server("bound", "ada"), Rows.Server("foreign", "bob"));
                return Task.CompletedTask;
            },
            Cancellation);
        var caller = new Caller(new Rights("ada", "ada", Permissions.Use, false, []), "t", ["bound", "foreign"], null, "r");

        var visible = await database.ReadAsync(
            (db, token) => db.Servers.VisibleTo(caller).Select(s => s.Id).ToListAsync(token), Cancellation);

        visible.ShouldBe(["bound"]);
    }

    // Rights.Teams may be default where a record came from an older node.
    private static bool Sees(Rights rights, UpstreamEntity row) =>
        (rights.Teams.IsDefault ? rights with { Teams = [] } : rights).Sees(row.Visibility, row.OwnerId, row.TeamId);
}

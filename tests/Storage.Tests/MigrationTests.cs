using McpGateway.Storage.Postgres;
using McpGateway.Storage.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Storage.Tests;

public sealed class MigrationTests(TestDatabases databases)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public void Migrations_CarryTheWholeModel(DatabaseKind kind)
    {
        using GatewayDbContext context = kind == DatabaseKind.Sqlite
            ? new SqliteGatewayDbContext(new DbContextOptionsBuilder<SqliteGatewayDbContext>().UseSqlite("Data Source=unused").Options)
            : new PostgresGatewayDbContext(new DbContextOptionsBuilder<PostgresGatewayDbContext>().UseNpgsql("Host=unused").Options);

        context.Database.HasPendingModelChanges().ShouldBeFalse("run build/Migrations, see its README");
        context.Database.GetMigrations().ShouldNotBeEmpty();
    }

    [Theory, BothDatabases]
    public async Task Initialize_SchemaMissingAndNotToBeMade_SaysWhatToDo(DatabaseKind kind)
    {
        var options = kind == DatabaseKind.Sqlite ? await databases.OptionsAsync(kind) : await databases.EmptyPostgresAsync();
        options.MigrateAtStart = false;
        using var database = TestDatabases.Open(options);

        var problem = await Should.ThrowAsync<InvalidOperationException>(() => database.InitializeAsync(Cancellation));

        problem.Message.ShouldContain("Storage:MigrateAtStart");
    }

    [Fact]
    public async Task Migrate_ByThreeNodesAtOnce_Succeeds()
    {
        var options = await databases.EmptyPostgresAsync();
        using var first = TestDatabases.Open(options);
        using var second = TestDatabases.Open(options);
        using var third = TestDatabases.Open(options);

        await Task.WhenAll(new[] { first, second, third }.Select(node => Task.Run(() => node.InitializeAsync(Cancellation), Cancellation)));

        (await third.ReadAsync((db, token) => db.Upstreams.CountAsync(token), Cancellation)).ShouldBe(0);
    }
}

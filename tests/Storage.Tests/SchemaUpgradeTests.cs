using McpGateway.Storage.Postgres;
using McpGateway.Storage.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace McpGateway.Storage.Tests;

/// <summary>
/// The rule of docs/OPERATIONS.md: a migration only expands, so that the version before it goes on working on the new schema, during a rolling
/// upgrade and after a roll-back.
/// </summary>
public sealed class SchemaUpgradeTests(TestDatabases databases)
{
    // Migrations that take away what no released version uses any more, by name, each with the release that stopped using it. None yet.
    private static readonly string[] s_contractions = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public void Migrations_AfterTheFirst_OnlyExpand(DatabaseKind kind)
    {
        using var context = Context(kind, kind == DatabaseKind.Sqlite ? "Data Source=unused" : "Host=unused");
        var assembly = context.GetService<IMigrationsAssembly>();

        foreach (var (id, type) in assembly.Migrations.Skip(1).Where(migration => !s_contractions.Contains(migration.Key)))
        {
            var migration = assembly.CreateMigration(type, context.Database.ProviderName!);
            migration.UpOperations.Where(static operation => !Expands(operation)).Select(static operation => operation.GetType().Name)
                .ShouldBeEmpty($"{id}: the version before cannot work with it");
        }
    }

    public static TheoryData<MigrationOperation> Contractions =>
    [
        new DropColumnOperation(),
        new DropTableOperation(),
        new RenameColumnOperation(),
        new RenameTableOperation(),
        new AlterColumnOperation(),
        new SqlOperation(),
        new AddColumnOperation { IsNullable = false },
        new CreateIndexOperation { IsUnique = true },
    ];

    [Theory]
    [MemberData(nameof(Contractions), DisableDiscoveryEnumeration = true)]
    public void WhatTheVersionBeforeCannotWorkWith_IsNoExpansion(MigrationOperation operation) => Expands(operation).ShouldBeFalse();

    [Theory, BothDatabases]
    public async Task Upgrade_WithRowsOfThePreviousVersion_KeepsThemAndThatVersionWorking(DatabaseKind kind)
    {
        var options = kind == DatabaseKind.Sqlite ? await databases.OptionsAsync(kind) : await databases.EmptyPostgresAsync();
        var connection = options.ConnectionString ?? $"Data Source={Path.Combine(Directory.CreateDirectory(options.DataFolder).FullName, "gateway.db")}";
        List<OldTable> tables;
        Dictionary<string, string> before;
        await using (var old = Context(kind, connection))
        {
            var previous = old.Database.GetMigrations().SkipLast(1).Last();
            await old.GetService<IMigrator>().MigrateAsync(previous, Cancellation);
            tables = OldTable.All(old, previous);
            await OldTable.InsertAsync(old, tables, 1, Cancellation);
            before = await OldTable.ReadAsync(old, tables, Cancellation);
        }

        using (var database = TestDatabases.Open(options))
        {
            await database.InitializeAsync(Cancellation);
            (await database.ReadAsync((db, token) => db.Upstreams.SingleAsync(token), Cancellation)).MaxConcurrency.ShouldBe(0);
            (await database.ReadAsync((db, token) => db.Items.SingleAsync(token), Cancellation)).UpstreamId.ShouldNotBeEmpty();
        }

        // From here on the previous version again, as a pod that is not replaced yet: it knows its own columns only.
        await using var late = Context(kind, connection);
        (await OldTable.ReadAsync(late, tables, Cancellation)).ShouldBe(before);
        await OldTable.InsertAsync(late, tables, 2, Cancellation);
        await OldTable.TouchAsync(late, tables, Cancellation);
        before.Count.ShouldBe(tables.Count);
        foreach (var (table, rows) in await OldTable.ReadAsync(late, tables, Cancellation))
        {
            rows.ShouldContain(before[table].TrimEnd(']'), Case.Sensitive, table);
            rows.Length.ShouldBeGreaterThan(before[table].Length, table);
        }
    }

    [Theory, BothDatabases]
    public async Task Initialize_OnANewerSchema_Works(DatabaseKind kind)
    {
        var options = await databases.OptionsAsync(kind);
        using (var newer = TestDatabases.Open(options))
        {
            await newer.InitializeAsync(Cancellation);
            await newer.WriteAsync(
                (db, _, token) => db.Database.ExecuteSqlRawAsync(
                    """INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('29990101000000_OfTheFuture', '10.0.0')""", token),
                Cancellation);
        }

        using var rolledBack = TestDatabases.Open(options);
        await rolledBack.InitializeAsync(Cancellation);

        (await rolledBack.ReadAsync((db, token) => db.Upstreams.CountAsync(token), Cancellation)).ShouldBe(0);
    }

    private static bool Expands(MigrationOperation operation) => operation switch
    {
        CreateTableOperation or EnsureSchemaOperation or CreateSequenceOperation or DropIndexOperation => true,

        // A unique one could refuse what the version before writes.
        CreateIndexOperation index => !index.IsUnique,
        AddColumnOperation column => column.IsNullable || column.DefaultValue is not null || column.DefaultValueSql is not null,
        _ => false,
    };

    private static GatewayDbContext Context(DatabaseKind kind, string connection) => kind == DatabaseKind.Sqlite
        ? new SqliteGatewayDbContext(new DbContextOptionsBuilder<SqliteGatewayDbContext>().UseSqlite(connection + ";Pooling=False").Options)
        : new PostgresGatewayDbContext(new DbContextOptionsBuilder<PostgresGatewayDbContext>().UseNpgsql(connection + ";Pooling=false").Options);
}

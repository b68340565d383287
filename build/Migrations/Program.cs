using McpGateway.Storage;
using McpGateway.Storage.Postgres;
using McpGateway.Storage.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Migrations.Design;
using Microsoft.EntityFrameworkCore.Sqlite.Design.Internal;
using Microsoft.Extensions.DependencyInjection;
using Npgsql.EntityFrameworkCore.PostgreSQL.Design.Internal;

// Writes the next migration for both databases; connects to none.
if (args is not ["add", var name, var repository])
{
    Console.Error.WriteLine("usage: dotnet run --project build/Migrations -- add <Name> <repository folder>");
    return 1;
}

using var sqlite = new SqliteGatewayDbContext(
    new DbContextOptionsBuilder<SqliteGatewayDbContext>().UseSqlite("Data Source=design-time.db").Options);
using var postgres = new PostgresGatewayDbContext(
    new DbContextOptionsBuilder<PostgresGatewayDbContext>().UseNpgsql("Host=localhost;Database=design-time").Options);
Add(sqlite, "Sqlite", new SqliteDesignTimeServices());
Add(postgres, "Postgres", new NpgsqlDesignTimeServices());
return 0;

void Add(GatewayDbContext context, string folder, IDesignTimeServices provider)
{
    var services = new ServiceCollection();
    services.AddEntityFrameworkDesignTimeServices();
    services.AddDbContextDesignTimeServices(context);

    // Last, because the first registration of a service wins.
    provider.ConfigureDesignTimeServices(services);
    using var scope = services.BuildServiceProvider();
    var scaffolder = scope.GetRequiredService<IMigrationsScaffolder>();
    var migration = scaffolder.ScaffoldMigration(name, "McpGateway.Storage", $"{folder}.Migrations", "C#");
    var project = Path.Combine(repository, "src", "Storage");
    var files = scaffolder.Save(project, migration, Path.Combine(project, folder, "Migrations"), dryRun: false);
    Console.WriteLine(files.MigrationFile);
}

using Microsoft.EntityFrameworkCore;

namespace McpGateway.Storage.Postgres;

/// <summary>The gateway's rows in PostgreSQL.</summary>
public sealed class PostgresGatewayDbContext(DbContextOptions<PostgresGatewayDbContext> options) : GatewayDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);

        // Code-point order whatever the server's locale is: lists page in the order in which they compare, as on SQLite.
        configurationBuilder.Properties<string>().UseCollation("C");
    }
}

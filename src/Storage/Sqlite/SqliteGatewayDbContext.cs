using Microsoft.EntityFrameworkCore;

namespace McpGateway.Storage.Sqlite;

/// <summary>The gateway's rows in SQLite.</summary>
public sealed class SqliteGatewayDbContext(DbContextOptions<SqliteGatewayDbContext> options) : GatewayDbContext(options);

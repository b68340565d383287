using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Storage;

/// <summary>
/// The gateway's rows. Queries do not track unless <see cref="GatewayDatabase"/> opened the context for writing. Two thin derived
/// contexts carry the migrations of SQLite and PostgreSQL.
/// </summary>
public abstract partial class GatewayDbContext : DbContext
{
    protected GatewayDbContext(DbContextOptions options)
        : base(options)
    {
    }

    public DbSet<UpstreamEntity> Upstreams => Set<UpstreamEntity>();

    public DbSet<DefinitionEntity> Definitions => Set<DefinitionEntity>();

    public DbSet<ItemEntity> Items => Set<ItemEntity>();

    public DbSet<ServerEntity> Servers => Set<ServerEntity>();

    public DbSet<ServerMemberEntity> ServerMembers => Set<ServerMemberEntity>();

    public DbSet<ServerOverrideEntity> ServerOverrides => Set<ServerOverrideEntity>();

    public DbSet<UserEntity> Users => Set<UserEntity>();

    public DbSet<TeamEntity> Teams => Set<TeamEntity>();

    public DbSet<TeamMemberEntity> TeamMembers => Set<TeamMemberEntity>();

    public DbSet<RoleEntity> Roles => Set<RoleEntity>();

    public DbSet<UserRoleEntity> UserRoles => Set<UserRoleEntity>();

    public DbSet<TokenEntity> Tokens => Set<TokenEntity>();

    public DbSet<AuditEntity> Audit => Set<AuditEntity>();

    public DbSet<ChangeEntity> Changes => Set<ChangeEntity>();

    public DbSet<MetricSeriesEntity> MetricSeries => Set<MetricSeriesEntity>();

    public DbSet<MetricNodeEntity> MetricNodes => Set<MetricNodeEntity>();

    public DbSet<GrainStateEntity> GrainStates => Set<GrainStateEntity>();

    public DbSet<SettingEntity> Settings => Set<SettingEntity>();

    public sealed override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        Derive();
        return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    public sealed override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        Derive();
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    /// <summary>Fills in what follows from other columns.</summary>
    private void Derive()
    {
        foreach (var entry in ChangeTracker.Entries())
        {
            if (entry.State is not (EntityState.Added or EntityState.Modified))
            {
                continue;
            }

            if (entry.Entity is ISearched searched)
            {
                searched.DeriveSearchText();
            }

            if (entry is { State: EntityState.Modified, Entity: IVersioned versioned })
            {
                versioned.Version++;
            }
        }

        // What was derived above was not yet there when the loop's own look for changes ran.
        ChangeTracker.DetectChanges();
    }
}

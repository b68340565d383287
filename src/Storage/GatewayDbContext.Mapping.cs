using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace McpGateway.Storage;

public abstract partial class GatewayDbContext
{
    private const int NameLength = 128;
    private const int KeyLength = 128;
    private const int HashLength = 64;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // SQLite cannot order or compare DateTimeOffset; ticks are also exact where PostgreSQL would round to microseconds.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicksConverter>();

        // Names rather than numbers: rows stay readable in SQL and survive a reordering of the enum.
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(32);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        MapCatalog(modelBuilder);
        MapServers(modelBuilder);
        MapAccess(modelBuilder);
        MapRecords(modelBuilder);
    }

    private static void MapCatalog(ModelBuilder model)
    {
        model.Entity<UpstreamEntity>(upstream =>
        {
            upstream.Property(u => u.Name).HasMaxLength(NameLength);
            upstream.Property(u => u.NormalizedName).HasMaxLength(NameLength);
            upstream.Property(u => u.Slug).HasMaxLength(NameLength);
            upstream.HasIndex(u => u.NormalizedName).IsUnique();
            upstream.HasIndex(u => u.Slug).IsUnique();
            MapOwned(upstream);
            MapVersion(upstream);
        });
        model.Entity<DefinitionEntity>(definition =>
        {
            definition.HasKey(d => d.Hash);
            definition.Property(d => d.Hash).HasMaxLength(HashLength);
            definition.Property(d => d.CanonicalHash).HasMaxLength(HashLength);
        });
        model.Entity<ItemEntity>(item =>
        {
            item.Property(i => i.Id).HasMaxLength(Ids.Length);
            item.Property(i => i.CurrentHash).HasMaxLength(HashLength);
            item.Property(i => i.ApprovedHash).HasMaxLength(HashLength);
            item.Property(i => i.ApprovedCanonicalHash).HasMaxLength(HashLength);
            item.HasOne<UpstreamEntity>().WithMany().HasForeignKey(i => i.UpstreamId).OnDelete(DeleteBehavior.Cascade);
            item.HasIndex(i => new { i.UpstreamId, i.Kind, i.OriginalName }).IsUnique();
            item.HasIndex(i => new { i.Kind, i.CatalogName, i.Id });
            item.HasIndex(i => new { i.Kind, i.OriginalName });
            item.HasIndex(i => i.CurrentHash);
            item.HasIndex(i => i.ApprovedHash);
        });
    }

    private static void MapServers(ModelBuilder model)
    {
        model.Entity<ServerEntity>(server =>
        {
            server.Property(s => s.Name).HasMaxLength(NameLength);
            server.Property(s => s.NormalizedName).HasMaxLength(NameLength);
            server.HasIndex(s => s.NormalizedName).IsUnique();
            MapOwned(server);
            MapVersion(server);
        });
        model.Entity<ServerMemberEntity>(member =>
        {
            member.HasKey(m => new { m.ServerId, m.Kind, m.Target });
            member.Property(m => m.Target).HasMaxLength(NameLength);
            member.HasOne<ServerEntity>().WithMany().HasForeignKey(m => m.ServerId).OnDelete(DeleteBehavior.Cascade);
            member.HasOne<ItemEntity>().WithMany().HasForeignKey(m => m.ItemId).OnDelete(DeleteBehavior.Cascade);
            member.HasOne<UpstreamEntity>().WithMany().HasForeignKey(m => m.UpstreamId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<ServerOverrideEntity>(change =>
        {
            change.HasKey(o => new { o.ServerId, o.ItemId });
            change.HasOne<ServerEntity>().WithMany().HasForeignKey(o => o.ServerId).OnDelete(DeleteBehavior.Cascade);
            change.HasOne<ItemEntity>().WithMany().HasForeignKey(o => o.ItemId).OnDelete(DeleteBehavior.Cascade);
        });
    }

    private static void MapAccess(ModelBuilder model)
    {
        model.Entity<UserEntity>(user =>
        {
            user.Property(u => u.Id).HasMaxLength(KeyLength);
            user.HasIndex(u => u.NormalizedEmail).IsUnique();
            MapVersion(user);
        });
        model.Entity<TeamEntity>(team =>
        {
            team.Property(t => t.Id).HasMaxLength(Ids.Length);
            team.HasIndex(t => t.NormalizedName).IsUnique();
            MapVersion(team);
        });
        model.Entity<TeamMemberEntity>(member =>
        {
            member.HasKey(m => new { m.TeamId, m.UserId });
            member.HasIndex(m => m.UserId);
            member.HasOne<TeamEntity>().WithMany().HasForeignKey(m => m.TeamId).OnDelete(DeleteBehavior.Cascade);
            member.HasOne<UserEntity>().WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<RoleEntity>(role =>
        {
            role.Property(r => r.Id).HasMaxLength(Ids.Length);
            role.HasIndex(r => r.NormalizedName).IsUnique();
            role.HasOne<TeamEntity>().WithMany().HasForeignKey(r => r.ScopeTeamId).OnDelete(DeleteBehavior.Cascade);
            MapVersion(role);
        });
        model.Entity<UserRoleEntity>(grant =>
        {
            grant.HasKey(g => new { g.UserId, g.RoleId });
            grant.HasOne<UserEntity>().WithMany().HasForeignKey(g => g.UserId).OnDelete(DeleteBehavior.Cascade);
            grant.HasOne<RoleEntity>().WithMany().HasForeignKey(g => g.RoleId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<TokenEntity>(token =>
        {
            token.Property(t => t.Id).HasMaxLength(Ids.Length);
            token.HasOne<UserEntity>().WithMany().HasForeignKey(t => t.OwnerId).OnDelete(DeleteBehavior.Cascade);
            token.HasIndex(t => new { t.OwnerId, t.CreatedAt });
            token.HasIndex(t => t.CreatedAt);
            MapVersion(token);
        });
    }

    private static void MapRecords(ModelBuilder model)
    {
        model.Entity<AuditEntity>(audit =>
        {
            audit.HasIndex(a => a.At);
            audit.HasIndex(a => a.ActorId);
            audit.HasIndex(a => a.TargetId);
        });
        model.Entity<ChangeEntity>(change =>
        {
            change.Property(c => c.Key).HasMaxLength(KeyLength);
            change.HasIndex(c => c.At);
        });
        model.Entity<MetricSeriesEntity>(series =>
        {
            series.HasKey(m => new { m.Shard, m.Hour, m.Kind, m.Key });
            series.Property(m => m.Key).HasMaxLength(KeyLength);
            series.HasIndex(m => new { m.Kind, m.Key, m.Hour });
        });
        model.Entity<MetricNodeEntity>(node =>
        {
            node.HasKey(n => n.Node);
            node.Property(n => n.Node).HasMaxLength(KeyLength);
        });
        model.Entity<GrainStateEntity>(state =>
        {
            state.HasKey(s => new { s.Type, s.Key, s.Name });
            state.Property(s => s.Type).HasMaxLength(KeyLength);
            state.Property(s => s.Key).HasMaxLength(512);
            state.Property(s => s.Name).HasMaxLength(KeyLength);
            state.Property(s => s.Etag).HasMaxLength(Ids.Length).IsConcurrencyToken();
        });
        model.Entity<SettingEntity>(setting =>
        {
            setting.HasKey(s => s.Key);
            setting.Property(s => s.Key).HasMaxLength(KeyLength);
        });
    }

    private static void MapOwned<T>(EntityTypeBuilder<T> entity)
        where T : class, IOwned
    {
        entity.Property("Id").HasMaxLength(Ids.Length);
        entity.Property(e => e.OwnerId).HasMaxLength(KeyLength);
        entity.Property(e => e.TeamId).HasMaxLength(Ids.Length);
        entity.HasIndex(e => e.OwnerId);
        entity.HasIndex(e => e.TeamId);
    }

    private static void MapVersion<T>(EntityTypeBuilder<T> entity)
        where T : class, IVersioned =>
        entity.Property(e => e.Version).IsConcurrencyToken();

    private sealed class UtcTicksConverter() : ValueConverter<DateTimeOffset, long>(
        time => time.UtcTicks,
        ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}

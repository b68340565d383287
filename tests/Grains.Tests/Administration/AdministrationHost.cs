using System.Security.Cryptography;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Routing;
using McpGateway.Gateway.Sealing;
using McpGateway.Gateway.Upstreams;
using McpGateway.Grains.Access;
using McpGateway.Grains.Administration;
using McpGateway.Grains.Metrics;
using McpGateway.Grains.Seam;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using McpGateway.Testing;
using McpGateway.Testing.Databases;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Grains.Tests.Administration;

/// <summary>
/// The administration grains on the embedded host and a database of their own, with arguments copied as between processes. The
/// grains of upstreams only note that they were told.
/// </summary>
internal sealed class AdministrationHost : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly TestStorage _storage;
    private readonly ServiceProvider _provider;

    private AdministrationHost(DirectoryInfo folder, TestStorage storage, IReadOnlyDictionary<string, string?> settings)
    {
        (_folder, _storage) = (folder, storage);
        _provider = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddSingleton<TimeProvider>(new FakeTimeProvider())
            .AddSingleton(new KeyRing(RandomNumberGenerator.GetBytes(KeyRing.MasterLength)))
            .AddSingleton<Probe>()
            .AddGatewayStorage(storage.Configure)
            .AddUpstreamTransports()
            .AddAdministration()
            .AddEmbeddedGrains(typeof(CatalogGrain), typeof(AuditGrain), typeof(AccessGrain), typeof(TokenGrain), typeof(MetricsGrain), typeof(ToldUpstreamGrain))
            .Configure<EmbeddedHostOptions>(options => options.CopyArguments = true)
            .AddOptions<NamingOptions>().Services
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        _provider.GetRequiredService<AddressGuard>().ListenersAreLoopback = true;
    }

    public GatewayDatabase Database => _provider.GetRequiredService<GatewayDatabase>();

    public FakeTimeProvider Time => (FakeTimeProvider)_provider.GetRequiredService<TimeProvider>();

    public Probe Probe => _provider.GetRequiredService<Probe>();

    public KeyRing Keys => _provider.GetRequiredService<KeyRing>();

    public ICatalogGrain Catalog => Get<ICatalogGrain>("catalog");

    public IAccessGrain Access => Get<IAccessGrain>("access");

    public IAuditGrain Audit => Get<IAuditGrain>("audit");

    /// <summary>A signed-in administrator.</summary>
    public Caller Root { get; private set; } = Caller.System;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<AdministrationHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("mcpg-admin-");
        var host = new AdministrationHost(
            folder, await TestStorage.CreateAsync(folder.FullName), settings.ToDictionary(setting => setting.Key, string? (setting) => setting.Value));
        await host.Database.InitializeAsync(Cancellation);
        host.Root = await host.AddUserAsync("root", administrator: true);
        return host;
    }

    public T Get<T>(string key)
        where T : class, IGatewayGrain => _provider.GetRequiredService<IGrains>().Get<T>(key);

    /// <summary>A user with these permissions beside what everyone has, and what it is as a caller.</summary>
    public async Task<Caller> AddUserAsync(
        string id, bool administrator = false, string[]? permissions = null, string[]? teams = null, string? passwordHash = null)
    {
        await WriteAsync(db =>
        {
            db.Users.Add(new UserEntity
            {
                Id = id,
                Email = $"{id}@example.com",
                NormalizedEmail = Names.Normalize($"{id}@example.com"),
                PasswordHash = passwordHash,
                IsAdministrator = administrator,
                SecurityStamp = "stamp",
                CreatedAt = Time.GetUtcNow(),
            });
            if (permissions is not null)
            {
                db.Roles.Add(new RoleEntity { Id = $"role-{id}", Name = $"role-{id}", NormalizedName = $"ROLE-{id}", Permissions = permissions });
                db.UserRoles.Add(new UserRoleEntity { UserId = id, RoleId = $"role-{id}" });
            }

            foreach (var team in teams ?? [])
            {
                if (!db.Teams.Any(row => row.Id == team))
                {
                    db.Teams.Add(new TeamEntity { Id = team, Name = team, NormalizedName = Names.Normalize(team) });
                }

                db.TeamMembers.Add(new TeamMemberEntity { TeamId = team, UserId = id });
            }
        });
        return await CallerAsync(id);
    }

    /// <summary>The user as a caller, with the rights of this moment.</summary>
    public async Task<Caller> CallerAsync(string id) =>
        new((await Access.GetPrincipalAsync(id, Cancellation)).Rights!, null, [], "192.0.2.7", "request-1");

    /// <summary>The bearer of a token as a caller.</summary>
    public async Task<Caller> CallerOfAsync(CreatedToken token)
    {
        var access = (await Get<ITokenGrain>(token.Token.Id).GetAccessAsync(Cancellation)).ShouldNotBeNull();
        return new Caller(access.Rights, access.TokenId, access.ServerIds, "192.0.2.7", "request-2");
    }

    /// <summary>Adds an item as discovery would; its id is "upstream's slug.name".</summary>
    public async Task<string> AddItemAsync(
        string upstreamId, string name, ItemKind kind = ItemKind.Tool, Action<ItemEntity>? change = null, string? definition = null)
    {
        var slug = await ReadAsync(db => db.Upstreams.Where(row => row.Id == upstreamId).Select(row => row.Slug).SingleAsync(Cancellation));
        var json = System.Text.Encoding.UTF8.GetBytes(definition ?? $$"""{"name":"{{name}}"}""");
        var hash = Convert.ToHexStringLower(SHA256.HashData(json));
        var item = new ItemEntity
        {
            Id = $"{slug}.{name}",
            UpstreamId = upstreamId,
            Kind = kind,
            OriginalName = name,
            CatalogName = kind is ItemKind.Tool or ItemKind.Prompt ? ExposedNames.CatalogName(slug, name) : name,
            CurrentHash = hash,
            ApprovedHash = hash,
            ApprovedCanonicalHash = hash,
            FirstSeen = Time.GetUtcNow(),
            UpdatedAt = Time.GetUtcNow(),
        };
        change?.Invoke(item);
        await WriteAsync(db =>
        {
            if (!db.Definitions.Any(row => row.Hash == hash))
            {
                db.Definitions.Add(new DefinitionEntity { Hash = hash, CanonicalHash = hash, Json = json });
            }

            db.Items.Add(item);
        });
        return item.Id;
    }

    public Task<T> ReadAsync<T>(Func<GatewayDbContext, Task<T>> read) => Database.ReadAsync((db, _) => read(db), Cancellation);

    public Task WriteAsync(Action<GatewayDbContext> write) => Database.WriteAsync(
        (db, _, _) =>
        {
            write(db);
            return Task.CompletedTask;
        },
        Cancellation);

    /// <summary>What the feed said after an id.</summary>
    public Task<List<(ChangeKind Kind, string Key)>> FeedAfterAsync(long id) => ReadAsync(async db =>
        (await db.Changes.After(id, 1000).ToListAsync(Cancellation)).ConvertAll(change => (change.Kind, change.Key)));

    public Task<long> LastChangeAsync() => ReadAsync(db => db.LastChangeIdAsync(Cancellation));

    /// <summary>The newest entry of the audit.</summary>
    public Task<AuditEntity> LastAuditAsync() => ReadAsync(db => db.Audit.OrderByDescending(row => row.Id).FirstAsync(Cancellation));

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _storage.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

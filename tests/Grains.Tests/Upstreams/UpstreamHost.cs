using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Sealing;
using McpGateway.Gateway.Upstreams;
using McpGateway.Grains.Administration;
using McpGateway.Grains.Seam;
using McpGateway.Grains.Upstreams;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using McpGateway.Testing;
using McpGateway.Testing.Databases;
using McpGateway.Testing.Upstreams;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Grains.Tests.Upstreams;

/// <summary>The grains of upstreams and connections on the embedded host, a database of their own, and real connections.</summary>
internal sealed class UpstreamHost : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly TestStorage _storage;
    private readonly ServiceProvider _provider;

    private UpstreamHost(DirectoryInfo folder, TestStorage storage, TimeProvider time, Action<UpstreamOptions>? configure)
    {
        (_folder, _storage) = (folder, storage);
        _provider = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton(time)
            .AddSingleton(new KeyRing(RandomNumberGenerator.GetBytes(KeyRing.MasterLength)))
            .AddGatewayStorage(storage.Configure)
            .AddUpstreamTransports()
            .AddAdministration()
            .AddUpstreamGrains()
            .AddEmbeddedGrains(typeof(UpstreamGrain), typeof(ConnectionGrain))
            .Configure<EmbeddedHostOptions>(options => options.CopyArguments = true)
            .Configure<UpstreamOptions>(options =>
            {
                options.AllowLoopback = true;
                options.StopPatience = TimeSpan.FromMilliseconds(500);
                configure?.Invoke(options);
            })
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Caller Caller { get; } = Caller.System;

    public GatewayDatabase Database => _provider.GetRequiredService<GatewayDatabase>();

    public FakeTimeProvider Time => (FakeTimeProvider)_provider.GetRequiredService<TimeProvider>();

    public UpstreamSecrets Secrets => _provider.GetRequiredService<UpstreamSecrets>();

    public IServiceProvider Services => _provider;

    /// <summary>With a clock that the test moves; not for processes, whose ends are waited for in real time.</summary>
    public static Task<UpstreamHost> StartAsync(Action<UpstreamOptions>? configure = null) => StartAsync(new FakeTimeProvider(), configure);

    /// <summary>With the real clock.</summary>
    public static Task<UpstreamHost> StartInRealTimeAsync(Action<UpstreamOptions>? configure = null) => StartAsync(TimeProvider.System, configure);

    public IUpstreamGrain Upstream(string id = "u") => _provider.GetRequiredService<IGrains>().Get<IUpstreamGrain>(id);

    public IConnectionGrain Connection(string owner = "owner", string id = "u") =>
        _provider.GetRequiredService<IGrains>().Get<IConnectionGrain>(new ConnectionKey(id, owner, "0").ToString());

    public Task AddHttpAsync(string url, TransportKind transport = TransportKind.StreamableHttp, Action<UpstreamEntity>? change = null) => AddAsync(row =>
    {
        row.Transport = transport;
        row.Url = url;
        change?.Invoke(row);
    });

    public Task AddStdioAsync(params string[] options) => AddAsync(row =>
    {
        row.Transport = TransportKind.Stdio;
        row.Command = StdioFixture.Command;
        row.Arguments = StdioFixture.Arguments(options);
    });

    public Task AddAsync(Action<UpstreamEntity> change, string id = "u") => WriteAsync(db =>
    {
        var row = new UpstreamEntity { Id = id, Name = id, Slug = id, OwnerId = Rights.SystemId };
        change(row);
        db.Upstreams.Add(row);
        return Task.CompletedTask;
    });

    /// <summary>Changes the row as an administrator would, without telling anybody.</summary>
    public Task ChangeAsync(Action<UpstreamEntity> change, string id = "u") =>
        WriteAsync(async db => change(await db.Upstreams.SingleAsync(row => row.Id == id, Cancellation)));

    public Task<UpstreamEntity> RowAsync(string id = "u") => ReadAsync(db => db.Upstreams.SingleAsync(row => row.Id == id, Cancellation));

    public Task<List<ItemEntity>> ItemsAsync() =>
        ReadAsync(db => db.Items.OrderBy(item => item.Kind).ThenBy(item => item.OriginalName).ToListAsync(Cancellation));

    public async Task<ItemEntity> ItemAsync(string name) => (await ItemsAsync()).Single(item => item.OriginalName == name);

    public async Task<string> DefinitionAsync(string hash) =>
        Encoding.UTF8.GetString(await ReadAsync(db => db.Definitions.Where(row => row.Hash == hash).Select(row => row.Json).SingleAsync(Cancellation)));

    public Task<long> LastChangeAsync() => ReadAsync(db => db.LastChangeIdAsync(Cancellation));

    /// <summary>What the feed said after an id.</summary>
    public async Task<List<ChangeKind>> FeedAfterAsync(long id) => (await ChangesAfterAsync(id)).ConvertAll(change => change.Kind);

    /// <inheritdoc cref="FeedAfterAsync"/>
    public Task<List<Change>> ChangesAfterAsync(long id) => ReadAsync(db => db.Changes.After(id, 1000).ToListAsync(Cancellation));

    /// <summary>Looks at the upstream now.</summary>
    public async Task<UpstreamStatus> RefreshAsync(string id = "u")
    {
        await foreach (var status in Upstream(id).RefreshAsync(Cancellation))
        {
            return status;
        }

        throw new InvalidOperationException("There is no such upstream.");
    }

    public async Task<ConnectionReply> OpenAsync(string owner = "owner", string? stale = null)
    {
        await foreach (var reply in Connection(owner).OpenAsync(Caller, stale, Cancellation))
        {
            return reply;
        }

        throw new InvalidOperationException("No answer.");
    }

    /// <summary>Calls a tool over the connection and answers with everything that came.</summary>
    public async Task<List<ConnectionReply>> CallAsync(
        string tool, string arguments = "{}", string id = "1", string? progressToken = null, string owner = "owner", CancellationToken cancellationToken = default)
    {
        var replies = new List<ConnectionReply>();
        var meta = progressToken is null ? "" : $",\"_meta\":{{\"progressToken\":{progressToken}}}";
        var message = $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"tools/call\",\"params\":{{\"name\":\"{tool}\",\"arguments\":{arguments}{meta}}}}}";
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Cancellation);
        await foreach (var reply in Connection(owner).CallAsync(Caller, Encoding.UTF8.GetBytes(message), either.Token))
        {
            replies.Add(reply);
        }

        return replies;
    }

    /// <summary>The text of a tool's answer.</summary>
    public static string TextOf(List<ConnectionReply> replies)
    {
        var last = replies[^1];
        last.Kind.ShouldBe(ConnectionReplyKind.Response, last.Detail);
        return JsonElement.Parse(last.Message.Span).GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _storage.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public Task<T> ReadAsync<T>(Func<GatewayDbContext, Task<T>> read) => Database.ReadAsync((db, _) => read(db), Cancellation);

    public Task WriteAsync(Func<GatewayDbContext, Task> write) => Database.WriteAsync((db, _, _) => write(db), Cancellation);

    private static async Task<UpstreamHost> StartAsync(TimeProvider time, Action<UpstreamOptions>? configure)
    {
        var folder = Directory.CreateTempSubdirectory("mcpg-upstreams-");
        var host = new UpstreamHost(folder, await TestStorage.CreateAsync(folder.FullName), time, configure);
        await host.Database.InitializeAsync(Cancellation);
        return host;
    }
}

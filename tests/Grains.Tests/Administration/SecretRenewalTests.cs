using System.Security.Cryptography;
using McpGateway.Abstractions.Changes;
using McpGateway.Gateway.Sealing;
using McpGateway.Gateway.Upstreams;
using McpGateway.Grains.Administration;
using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace McpGateway.Grains.Tests.Administration;

/// <summary>Stored secrets after the master key was changed.</summary>
public sealed class SecretRenewalTests
{
    private static readonly byte[] s_old = RandomNumberGenerator.GetBytes(KeyRing.MasterLength);
    private static readonly byte[] s_new = RandomNumberGenerator.GetBytes(KeyRing.MasterLength);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_WithThePreviousKey_SealsAnewSoThatItMayGo()
    {
        await using var host = await AdministrationHost.StartAsync();
        await AddAsync(host, "crm", new KeyRing(s_old));
        await AddAsync(host, "erp", new KeyRing(s_new));
        var before = await host.LastChangeAsync();

        await RunAsync(host, new KeyRing(s_new, s_old));
        var feed = await host.FeedAfterAsync(before);
        var once = await RowAsync(host, "crm");
        await RunAsync(host, new KeyRing(s_new));
        await RunAsync(host, new KeyRing(s_new, s_old));

        feed.ShouldBe([(ChangeKind.Upstream, "crm")]);
        var row = await RowAsync(host, "crm");
        var secrets = new UpstreamSecrets(new KeyRing(s_new));
        secrets.Headers.Open(row.Id, row.SealedHeaders).ShouldBe([new UpstreamHeader("Authorization", "Bearer crm")]);
        secrets.Environment.OpenText(row.SealedEnvironment, row.Id).ShouldBe("environment of crm");
        row.Version.ShouldBe(once.Version, "what is under the current key stays as it is");
    }

    [Fact]
    public async Task Start_WithoutTheKeyOfASecret_NamesItAndLeavesItAlone()
    {
        await using var host = await AdministrationHost.StartAsync();
        await AddAsync(host, "crm", new KeyRing(s_old));
        var before = await RowAsync(host, "crm");

        var log = await RunAsync(host, new KeyRing(s_new));

        log.ShouldHaveSingleItem().ShouldContain("'crm' cannot be opened");
        (await RowAsync(host, "crm")).SealedHeaders.ShouldBe(before.SealedHeaders);
    }

    private static Task AddAsync(AdministrationHost host, string id, KeyRing keys)
    {
        var secrets = new UpstreamSecrets(keys);
        return host.WriteAsync(db => db.Upstreams.Add(new UpstreamEntity
        {
            Id = id,
            Name = id,
            Slug = id,
            OwnerId = "root",
            SealedHeaders = secrets.Headers.Seal(id, [new UpstreamHeader("Authorization", $"Bearer {id}")]),
            SealedEnvironment = secrets.Environment.Seal($"environment of {id}", id),
        }));
    }

    private static Task<UpstreamEntity> RowAsync(AdministrationHost host, string id) =>
        host.ReadAsync(db => db.Upstreams.SingleAsync(row => row.Id == id, Cancellation));

    private static async Task<List<string>> RunAsync(AdministrationHost host, KeyRing keys)
    {
        var log = new Messages();
        using var renewal = new SecretRenewal(host.Database, new UpstreamSecrets(keys), log);
        await renewal.StartAsync(Cancellation);
        await renewal.ExecuteTask!;
        return log.Problems;
    }

    private sealed class Messages : ILogger<SecretRenewal>
    {
        public List<string> Problems { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
            {
                Problems.Add(formatter(state, exception));
            }
        }
    }
}

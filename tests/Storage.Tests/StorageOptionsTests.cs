using McpGateway.Storage.Queries;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace McpGateway.Storage.Tests;

public sealed class StorageOptionsTests(TestDatabases databases)
{
    [Fact]
    public void Defaults_AreValid() => Problems(new StorageOptions()).ShouldBeEmpty();

    [Fact]
    public void Options_WithManyMistakes_NameThemAllAtOnce()
    {
        var problems = Problems(new StorageOptions
        {
            Provider = "oracle",
            MaxConcurrentWrites = 0,
            MaxWaitingWrites = -1,
            WriteWait = TimeSpan.Zero,
        });

        problems.Length.ShouldBe(4);
        problems.ShouldContain(problem => problem.Contains("Storage:Provider") && problem.Contains("'oracle'"));
        problems.ShouldContain(problem => problem.Contains("Storage:MaxConcurrentWrites"));
        problems.ShouldContain(problem => problem.Contains("Storage:MaxWaitingWrites"));
        problems.ShouldContain(problem => problem.Contains("Storage:WriteWait"));
    }

    [Theory]
    [InlineData("postgres", null, "is needed")]
    [InlineData("postgres", "Hots=a", "cannot be read")]
    [InlineData("postgres", "Username=a;Password=secret", "names no Host")]
    [InlineData("sqlite", "Data Source=:memory:", "must name a file")]
    [InlineData("sqlite", "Data Source=x;Mode=Memory", "must name a file")]
    [InlineData("sqlite", "Date Source=x", "cannot be read")]
    public void ConnectionString_Unusable_SaysWhyWithoutRepeatingIt(string provider, string? text, string why)
    {
        var problem = Problems(new StorageOptions { Provider = provider, ConnectionString = text }).ShouldHaveSingleItem();

        problem.ShouldContain("Storage:ConnectionString");
        problem.ShouldContain(why);
        problem.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Host_WithBadOptions_DoesNotStart()
    {
        using var host = CreateHost(options => options.Provider = "oracle");

        var failure = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        failure.Message.ShouldContain("Storage:Provider");
    }

    [Fact]
    public async Task Host_OpensTheDatabaseBeforeAnyOtherServiceStarts()
    {
        var folder = databases.NewFolder();
        using var host = CreateHost(options => options.DataFolder = folder);

        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);

        host.Services.GetRequiredService<EarlyReader>().Read.ShouldBe(0);
    }

    private static IHost CreateHost(Action<StorageOptions> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<EarlyReader>();
        builder.Services.AddHostedService(services => services.GetRequiredService<EarlyReader>());
        builder.Services.AddGatewayStorage(configure);
        return builder.Build();
    }

    private static string[] Problems(StorageOptions options) =>
        [.. new StorageOptionsValidator().Validate(null, options).Failures ?? []];

    // Registered before the storage, as another area's service may be.
    private sealed class EarlyReader(GatewayDatabase database) : IHostedService
    {
        public long? Read { get; private set; }

        public async Task StartAsync(CancellationToken cancellationToken) =>
            Read = await database.ReadAsync((db, token) => db.LastChangeIdAsync(token), cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

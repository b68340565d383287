using System.Net;
using System.Net.Sockets;
using McpGateway.Testing;
using McpGateway.Testing.Databases;
using Npgsql;

namespace McpGateway.Storage.Tests;

/// <summary>What whoever starts a gateway is told about a PostgreSQL server that cannot be used.</summary>
public sealed class PostgresStartTests(TestDatabases databases)
{
    private const string Secret = "hunter2-and-more";

    [Fact]
    public async Task Password_Wrong_NamesSettingAndUser()
    {
        await databases.Postgres.ExecuteAsync($"CREATE ROLE {PostgresServer.GuardedUser} LOGIN PASSWORD 'another one'");

        var refusal = await RefusalAsync(text => (text.Username, text.Password) = (PostgresServer.GuardedUser, Secret));

        refusal.ShouldContain($"refuses the user '{PostgresServer.GuardedUser}'");
    }

    [Fact]
    public async Task Database_Missing_SaysHowItIsMade() =>
        (await RefusalAsync(text => text.Database = "nowhere")).ShouldContain("CREATE DATABASE \"nowhere\"");

    [Fact]
    public async Task Host_ThatNobodyListensAt_IsNamedWithItsReason()
    {
        var refusal = await RefusalAsync(text => (text.Host, text.Port) = ("127.0.0.1", 1));

        refusal.ShouldContain("'127.0.0.1:1' cannot be reached");
        refusal.ShouldContain("refused");
    }

    [Fact]
    public async Task Host_ThatDoesNotAnswer_IsGivenUpInTime()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var refusal = await RefusalAsync(text => (text.Host, text.Port, text.Timeout) = ("127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port, 1));

        refusal.ShouldContain("did not answer in time");
    }

    [Fact]
    public async Task User_WithoutTheRightToMakeTables_IsToldWhatItNeeds()
    {
        await databases.Postgres.ExecuteAsync("CREATE ROLE reader LOGIN");

        (await RefusalAsync(text => text.Username = "reader")).ShouldContain("to create tables in its schema public");
    }

    [Fact]
    public async Task Server_StartedAfterTheGateway_IsWaitedFor()
    {
        var server = await PostgresServer.TryStartAsync();
        Assert.SkipWhen(server is null, "PostgreSQL is not installed.");
        await using var _ = server;
        var name = await server.CreateDatabaseAsync();
        await server.StopAsync();
        using var database = TestDatabases.Open(new StorageOptions
        {
            Provider = StorageOptions.Postgres,
            ConnectionString = server.ConnectionString(name),
            StartWait = TimeSpan.FromMinutes(1),
        });

        var opening = database.InitializeAsync(TestContext.Current.CancellationToken);
        await server.StartAgainAsync();

        await opening.Soon();
    }

    private async Task<string> RefusalAsync(Action<NpgsqlConnectionStringBuilder> change)
    {
        var options = await databases.EmptyPostgresAsync();
        var text = new NpgsqlConnectionStringBuilder(options.ConnectionString) { Password = Secret };
        change(text);
        using var database = TestDatabases.Open(new StorageOptions
        {
            Provider = StorageOptions.Postgres,
            ConnectionString = text.ConnectionString,
            StartWait = TimeSpan.Zero,
        });

        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => database.InitializeAsync(TestContext.Current.CancellationToken).Soon());

        refusal.Message.ShouldStartWith("Storage:ConnectionString: ");
        refusal.Message.ShouldNotContain(Secret);
        return refusal.Message;
    }
}

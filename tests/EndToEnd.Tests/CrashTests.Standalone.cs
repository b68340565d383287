using System.Diagnostics;
using System.Net;
using System.Text.Json;
using McpGateway.Testing;
using McpGateway.Testing.Databases;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing.Upstreams;
using Microsoft.Data.Sqlite;

namespace McpGateway.EndToEnd.Tests;

/// <summary>The built gateway as a process, killed without warning.</summary>
public class CrashTests
{
    private const string Echo = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}""";

    [Fact]
    public async Task Gateway_Killed_LosesNothingThatWasAcknowledged()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync();
        var upstream = await gateway.Admin.RegisterAsync(new { name = "fake", url = fake.Url });
        var server = await gateway.Admin.ComposeAsync("served", upstream);
        var token = (await gateway.Admin.CreateTokenAsync(server)).Text;
        var revoked = await gateway.Admin.CreateTokenAsync(server);
        (await gateway.Admin.DeleteAsync($"/tokens/{revoked.Id}")).Expect(HttpStatusCode.NoContent);

        // Writes up to the moment of the kill: what was answered is there afterwards, what was not is there whole or not at all.
        var acknowledged = new List<string>();
        var writing = WriteUntilKilledAsync(gateway, acknowledged);
        while (acknowledged.Count < 20)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await gateway.KillAsync();
        await writing;
        await gateway.StartAgainAsync();

        var names = (await gateway.Admin.GetAsync("/servers?limit=500")).Expect(HttpStatusCode.OK).Json.EnumerateArray()
            .Select(item => item.GetProperty("name").GetString()!).ToList();
        acknowledged.ShouldBeSubsetOf(names);
        (await gateway.Mcp(server, token).CallAsync("echo", new { x = 1 })).ContentText.ShouldBe("""{"x":1}""");
        (await gateway.Mcp(server, revoked.Text).CallAsync("echo")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        ShouldBeSound(gateway);
    }

    [Fact]
    public async Task Sessions_GatewayKilled_LiveOnesGoOnAndDeletedOnesStayGone()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync();
        var upstream = await gateway.Admin.RegisterAsync(new { name = "fake", url = fake.Url });
        var server = await gateway.Admin.ComposeAsync("served", upstream);
        var token = (await gateway.Admin.CreateTokenAsync(server)).Text;
        var live = gateway.Mcp(server, token);
        await live.InitializeAsync();
        (await live.CallAsync("echo")).Status.ShouldBe(HttpStatusCode.OK);
        var deleted = gateway.Mcp(server, token);
        await deleted.InitializeAsync();
        (await deleted.SendAsync(HttpMethod.Delete)).Status.ShouldBe(HttpStatusCode.NoContent);

        await gateway.KillAsync();
        await gateway.StartAgainAsync();

        var liveAgain = gateway.Mcp(server, token);
        liveAgain.SessionId = live.SessionId;
        var deletedAgain = gateway.Mcp(server, token);
        deletedAgain.SessionId = deleted.SessionId;
        (await liveAgain.CallAsync("echo", new { x = 2 })).ContentText.ShouldBe("""{"x":2}""");
        (await deletedAgain.CallAsync("echo")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task RealClient_GatewayKilledAndBack_GoesOnInItsSession()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync();
        var upstream = await gateway.Admin.RegisterAsync(new { name = "fake", url = fake.Url });
        var server = await gateway.Admin.ComposeAsync("served", upstream);
        var token = (await gateway.Admin.CreateTokenAsync(server)).Text;
        await using var client = await ClientKind.SdkHttp.ConnectAsync(gateway.Address, server, token);
        await client.CallToolAsync("echo", new { before = true });

        await gateway.KillAsync();
        await gateway.StartAgainAsync();

        var answer = await client.CallToolAsync("echo", new { before = false });
        answer.GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("""{"before":false}""");
    }

    [Fact]
    public async Task Gateway_Killed_ItsProcessesEnd_ThoughTheyIgnoreTheEndOfTheirInputAndSigterm()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        var upstream = await gateway.Admin.RegisterAsync(
            new { name = "stubborn", transport = "STDIO", command = StdioFixture.Command, args = StdioFixture.Arguments("--stubborn") });
        var server = await gateway.Admin.ComposeAsync("served", upstream);
        var answer = await gateway.Mcp(server, (await gateway.Admin.CreateTokenAsync(server)).Text).CallAsync("env");
        using var child = Process.GetProcessById(JsonElement.Parse(answer.ContentText).GetProperty("pid").GetInt32());

        await gateway.KillAsync();

        await child.WaitForExitAsync(TestContext.Current.CancellationToken).Soon();
    }

    [Fact]
    public async Task SecondGateway_OnTheSameData_IsRefusedAndTheFirstGoesOn()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var second = GatewayProcess.Launch("http://127.0.0.1:0", gateway.DataFolder, gateway.Storage.EnvironmentVariables);

        (await second.WaitForEndAsync()).ShouldNotBe(0);

        second.Recent.ShouldContain("Another gateway is using the database");
        second.Recent.ShouldNotContain("   at McpGateway");
        (await gateway.Admin.GetAsync("/servers")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Gateway_ToldToStop_EndsSoonAndCleanly()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync();
        var upstream = await gateway.Admin.RegisterAsync(new { name = "fake", url = fake.Url });
        var server = await gateway.Admin.ComposeAsync("served", upstream);
        var mcp = gateway.Mcp(server, (await gateway.Admin.CreateTokenAsync(server)).Text);
        await mcp.InitializeAsync();
        // An open stream must not hold it up.
        using var stream = await mcp.SendAsync(HttpMethod.Get, body: null, []);
        stream.StatusCode.ShouldBe(HttpStatusCode.OK);

        (await gateway.TerminateAsync()).ShouldBe(0);
        ShouldBeSound(gateway);
    }

    [Fact]
    public async Task Gateway_ToldToStopDuringACall_EndsTheCallFirst()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var fake = await FakeUpstream.StartAsync(upstream => upstream.AddTool("wait", async call =>
        {
            begun.SetResult();
            await go.Task.WaitAsync(call.Cancelled);
            return FakeCall.Text("done");
        }));
        await using var gateway = await GatewayProcess.StartAsync();
        var upstream = await gateway.Admin.RegisterAsync(new { name = "fake", url = fake.Url });
        var server = await gateway.Admin.ComposeAsync("served", upstream);
        var mcp = gateway.Mcp(server, (await gateway.Admin.CreateTokenAsync(server)).Text);
        await mcp.InitializeAsync();
        var call = mcp.CallAsync("wait");
        await begun.Task.Soon();

        var ending = gateway.TerminateAsync();
        // Longer than programs are given that do not ask for more.
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        go.SetResult();

        (await call).ContentText.ShouldBe("done");
        (await ending).ShouldBe(0);
    }

    [Fact]
    public async Task Gateway_ToldToStop_ServesOnForTheDelayAndSendsClientsAway()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(("MCPGATEWAY_Http__StopDelay", "00:00:03"));
        var upstream = await gateway.Admin.RegisterAsync(new { name = "fake", url = fake.Url });
        var server = await gateway.Admin.ComposeAsync("served", upstream);
        var mcp = gateway.Mcp(server, (await gateway.Admin.CreateTokenAsync(server)).Text);
        await mcp.InitializeAsync();
        using var stream = await mcp.SendAsync(HttpMethod.Get, body: null, []);
        await using var events = await stream.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);

        var told = Stopwatch.GetTimestamp();
        var ending = gateway.TerminateAsync();
        await Eventually.TrueAsync(async () => await StatusAsync("/ready") is HttpStatusCode.ServiceUnavailable, "/ready says that it stops");

        // Every one of them needs a connection of its own.
        for (var number = 0; number < 5; number++)
        {
            using var answer = await mcp.SendAsync(HttpMethod.Post, Echo, []);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Headers.ConnectionClose.ShouldBe(true);
        }

        await new StreamReader(events).ReadToEndAsync(TestContext.Current.CancellationToken).Soon();
        Stopwatch.GetElapsedTime(told).ShouldBeGreaterThan(TimeSpan.FromSeconds(2.5), "streams end when clients find another node");
        (await ending).ShouldBe(0);

        async Task<HttpStatusCode> StatusAsync(string path)
        {
            using var answer = await gateway.Http.GetAsync(path, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
    }

    private static async Task WriteUntilKilledAsync(GatewayProcess gateway, List<string> acknowledged)
    {
        try
        {
            for (var number = 0; ; number++)
            {
                var name = $"acknowledged {number}";
                (await gateway.Admin.PostAsync("/servers", new { name })).Expect(HttpStatusCode.Created);
                acknowledged.Add(name);
            }
        }
        catch (HttpRequestException)
        {
            // Killed.
        }
    }

    // A PostgreSQL server looks after its files itself.
    private static void ShouldBeSound(GatewayProcess gateway)
    {
        if (TestStorage.IsPostgres)
        {
            return;
        }

        using var connection = new SqliteConnection($"Data Source={gateway.DatabaseFile};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        command.ExecuteScalar().ShouldBe("ok");
    }
}

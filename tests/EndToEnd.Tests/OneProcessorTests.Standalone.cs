using System.Net;
using System.Net.Sockets;
using McpGateway.EndToEnd.Tests.Hosting;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.EndToEnd.Tests;

/// <summary>
/// The built gateway with one processor: all answers of upstreams are handled on the one thread that waits for sockets (SocketThreads), so
/// whatever blocks it, or waits there for another socket, stops everything.
/// </summary>
public sealed class OneProcessorTests : IDisposable
{
    private const int CallsEach = 25;
    private const int CallersEach = 4;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcpg-one-");
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _foreign = new("CN=an authority that nobody trusts");

    public OneProcessorTests() => _silent.Start();

    [Fact]
    public async Task Gateway_OnOneProcessor_ServesEveryKindOfUpstreamAtOnce()
    {
        var authorities = Path.Combine(_folder.FullName, "ca.crt");
        await File.WriteAllTextAsync(authorities, _authority.Pem, TestContext.Current.CancellationToken);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var json = await StartAsync(static _ => { });
        await using var events = await StartAsync(static fake => fake.AnswerWithSse = true);
        await using var modern = await StartAsync(static fake => fake.Era = FakeEra.Modern);
        await using var tls = await StartAsync(fake => fake.Certificate = _authority.IssueForLoopback());
        // Nobody trusts it, and nothing ever comes from where it says that its issuer's certificate is.
        await using var foreign = await StartAsync(fake => fake.Certificate = _foreign.IssueForLoopback(new Uri($"http://{_silent.LocalEndpoint}/issuer")));
        await using var gateway = await GatewayProcess.StartAsync(("DOTNET_PROCESSOR_COUNT", "1"), ("SSL_CERT_FILE", authorities));
        object[] upstreams =
        [
            new { name = "json", url = json.Url },
            new { name = "events", url = events.Url },
            new { name = "modern", url = modern.Url },
            new { name = "tls", url = tls.Url },
            new { name = "sse", url = json.SseUrl, transport = "SSE" },
            new { name = "stdio", transport = "STDIO", command = StdioFixture.Command, args = StdioFixture.Arguments() },
        ];
        var servers = await Task.WhenAll(upstreams.Select(ServeAsync)).Soon();

        // The first four wait throughout, while the others answer.
        var waiting = servers.Take(4).Select(server => server().CallAsync("wait")).ToList();
        var busy = servers.SelectMany(server => Enumerable.Range(0, CallersEach).Select(_ => CallAsync(server()))).ToList();
        var large = servers.Take(4).Select(server => LargeAsync(server())).ToList();
        await Task.WhenAll([.. busy, .. large, RegisterAsync()]).Soon();
        waiting.ShouldAllBe(call => !call.IsCompleted);
        release.SetResult();
        foreach (var answer in await Task.WhenAll(waiting).Soon())
        {
            answer.ContentText.ShouldBe("released");
        }

        Task<FakeUpstream> StartAsync(Action<FakeUpstream> configure) => FakeUpstream.StartAsync(fake =>
        {
            fake.AddTool("large", static _ => Task.FromResult(FakeCall.Text(new string('x', 3 * 1024 * 1024))));
            fake.AddTool("wait", async call =>
            {
                await release.Task.WaitAsync(call.Cancelled);
                return FakeCall.Text("released");
            });
            configure(fake);
        });

        async Task<Func<McpHttp>> ServeAsync(object upstream, int number)
        {
            var server = await gateway.Admin.ComposeAsync($"served {number}", await gateway.Admin.RegisterAsync(upstream));
            var token = (await gateway.Admin.CreateTokenAsync(server)).Text;
            return () => gateway.Mcp(server, token);
        }

        async Task RegisterAsync()
        {
            for (var number = 0; number < 3; number++)
            {
                var answer = await gateway.Admin.PostAsync("/gateways", new { name = $"foreign {number}", url = foreign.Url });
                answer.Expect(HttpStatusCode.Created).Text("state").ShouldBe("offline");
            }
        }
    }

    [Fact]
    public async Task Process_ThatWritesWithoutAPause_HoldsUpNobodyElse()
    {
        await using var fake = await FakeUpstream.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(("DOTNET_PROCESSOR_COUNT", "1"));
        var quiet = await gateway.Admin.ComposeAsync("quiet", await gateway.Admin.RegisterAsync(new { name = "quiet", url = fake.Url }));
        var flooding = await gateway.Admin.ComposeAsync("flooding", await gateway.Admin.RegisterAsync(
            new { name = "flooding", transport = "STDIO", command = StdioFixture.Command, args = StdioFixture.Arguments("--flood") }));
        var calls = new[] { quiet, flooding }.Select(async server => await CallAsync(gateway.Mcp(server, (await gateway.Admin.CreateTokenAsync(server)).Text)));

        await Task.WhenAll(calls).Soon();
    }

    public void Dispose()
    {
        _silent.Dispose();
        _folder.Delete(recursive: true);
        _authority.Dispose();
        _foreign.Dispose();
    }

    private static async Task CallAsync(McpHttp mcp)
    {
        for (var number = 0; number < CallsEach; number++)
        {
            (await mcp.CallAsync("echo", new { number })).ContentText.ShouldContain($"{number}");
        }
    }

    private static async Task LargeAsync(McpHttp mcp)
    {
        for (var number = 0; number < 3; number++)
        {
            (await mcp.CallAsync("large")).ContentText.Length.ShouldBe(3 * 1024 * 1024);
        }
    }
}

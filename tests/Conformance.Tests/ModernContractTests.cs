using System.Net;
using McpGateway.Conformance.Tests.Hosting;
using McpGateway.EndToEnd.Tests.Hosting;

namespace McpGateway.Conformance.Tests;

/// <summary>What a modern request must look like (2026-07-28), on raw HTTP.</summary>
public sealed class ModernContractTests(SharedWorld world) : IClassFixture<SharedWorld>
{
    private const int HeaderMismatch = -32020;
    private const int UnsupportedVersion = -32022;
    private const int MethodNotFound = -32601;

    [Theory]
    [InlineData("""{"region":"eu","level":7}""", "eu", "7")]
    [InlineData("""{"region":"eu","level":7}""", " eu ", "7.0")]
    [InlineData("""{"region":"Grüße","level":1}""", "=?base64?R3LDvMOfZQ==?=", "1")]
    [InlineData("""{"region":null}""", null, null)]
    [InlineData("{}", null, null)]
    public async Task ParamHeaders_ThatRepeatTheArguments_AreServed(string arguments, string? region, string? level)
    {
        var answer = await CallAsync(arguments, region, level);

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        answer.Result.GetProperty("content")[0].GetProperty("type").GetString().ShouldBe("text");
    }

    [Theory]
    [InlineData("""{"region":"eu"}""", null, null)]
    [InlineData("""{"region":"eu"}""", "us", null)]
    [InlineData("""{"region":"eu"}""", "EU", null)]
    [InlineData("""{"region":"eu"}""", "=?base64?ZXU?=", null)]
    [InlineData("""{"region":"eu"}""", "=?BASE64?ZXU=?=", null)]
    [InlineData("""{"level":7}""", "eu", "7")]
    [InlineData("""{"level":null}""", null, "7")]
    [InlineData("""{"level":7}""", null, "8")]
    [InlineData("""{"level":9007199254740993}""", null, "9007199254740993")]
    [InlineData("""{"region":"eu","region":"us"}""", "eu", null)]
    public async Task ParamHeaders_ThatDiffer_AreAMismatch(string arguments, string? region, string? level)
    {
        var answer = await CallAsync(arguments, region, level);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Body);
        answer.ErrorCode.ShouldBe(HeaderMismatch);
    }

    [Fact]
    public async Task ParamHeaders_OfLegacyRequests_AreNotLookedAt()
    {
        var mcp = await McpAsync();
        await mcp.InitializeAsync();

        var answer = await mcp.CallAsync("test_x_mcp_header", new { region = "eu", level = 7 });

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
    }

    [Theory]
    [InlineData("initialize", "{}")]
    [InlineData("ping", "{}")]
    [InlineData("logging/setLevel", "{}")]
    [InlineData("logging/setLevel", """{"level":"info"}""")]
    [InlineData("resources/subscribe", "{}")]
    [InlineData("resources/subscribe", """{"uri":"test://watched-resource"}""")]
    [InlineData("resources/unsubscribe", "{}")]
    [InlineData("no/such/method", "{}")]
    public async Task Method_ThatTheRevisionLacks_IsUnknown(string method, string parameters)
    {
        var answer = await (await McpAsync()).ModernAsync(method, parameters);

        answer.Status.ShouldBe(HttpStatusCode.NotFound, answer.Body);
        answer.ErrorCode.ShouldBe(MethodNotFound);
        answer.Response.GetProperty("id").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Initialize_WithAnUnknownRevision_StillOpensASession()
    {
        var answer = await (await McpAsync()).InitializeAsync("2031-01-01");

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        answer.Result.GetProperty("protocolVersion").GetString().ShouldBe("2025-11-25");
        answer.SessionId.ShouldNotBeNull();
    }

    [Fact]
    public async Task Revision_ThatNobodySpeaks_IsAnsweredWithWhatDiscoverOffers()
    {
        const string body = """
            {"jsonrpc":"2.0","id":"x","method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2031-01-01","io.modelcontextprotocol/clientCapabilities":{}}}}
            """;

        var answer = await (await McpAsync()).PostAsync(body, ("MCP-Protocol-Version", "2031-01-01"), ("Mcp-Method", "server/discover"));

        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Body);
        answer.ErrorCode.ShouldBe(UnsupportedVersion);
        var data = answer.Error.GetProperty("data");
        data.GetProperty("requested").GetString().ShouldBe("2031-01-01");
        var offered = (await (await McpAsync()).ModernAsync("server/discover")).Result.GetProperty("supportedVersions");
        data.GetProperty("supported").GetRawText().ShouldBe(offered.GetRawText());
    }

    [Fact]
    public async Task Revision_ThatNobodySpeaksWithoutMetadata_IsAnsweredWithTheLegacyOnesToo()
    {
        var answer = await (await McpAsync()).PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", ("MCP-Protocol-Version", "2031-01-01"));

        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Body);
        var supported = answer.Error.GetProperty("data").GetProperty("supported").EnumerateArray();
        supported.Select(static revision => revision.GetString()).ShouldContain("2025-11-25");
    }

    private async Task<McpAnswer> CallAsync(string arguments, string? region, string? level) => await (await McpAsync()).ModernAsync(
        "tools/call",
        $$"""{"name":"test_x_mcp_header","arguments":{{arguments}}}""",
        "test_x_mcp_header",
        ("Mcp-Param-Region", region),
        ("Mcp-Param-Level", level));

    private async Task<McpHttp> McpAsync()
    {
        Kit.Require();
        return (await world.GetAsync()).Mcp;
    }
}

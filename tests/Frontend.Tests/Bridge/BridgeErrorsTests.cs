using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using McpGateway.Frontend.Bridge;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Frontend.Tests.Bridge;

public sealed class BridgeErrorsTests : IDisposable
{
    private readonly HttpClient _http = new();
    private readonly GatewayEndpoint _endpoint;

    public BridgeErrorsTests()
    {
        var session = new BridgeSession();
        _endpoint = new GatewayEndpoint(_http, new Uri("http://127.0.0.1:1/mcp"), token: "t", session, new ToolHeaders());
    }

    [Theory, InlineData(HttpStatusCode.TooManyRequests), InlineData(HttpStatusCode.ServiceUnavailable)]
    public void Refusal_OfTheRequestItself_IsPassedOnAsItIs(HttpStatusCode status)
    {
        const string Body = """{"jsonrpc":"2.0","id":7,"error":{"code":-31005,"message":"busy","data":{"retryAfter":3}}}""";

        Encoding.UTF8.GetString(Make(status, Body, seconds: 3)).ShouldBe(Body);
    }

    [Fact]
    public void Refusal_WithoutAnErrorOfItsOwn_SaysWhenToTryAgain()
    {
        var error = JsonElement.Parse(Make(HttpStatusCode.ServiceUnavailable, "", seconds: 9)).GetProperty("error");

        error.GetProperty("code").GetInt32().ShouldBe(McpErrorCode.Unavailable);
        error.GetProperty("data").GetProperty("retryAfter").GetInt32().ShouldBe(9);
    }

    [Fact]
    public void Error_WithoutATime_HasNoData() =>
        JsonElement.Parse(Make(HttpStatusCode.NotFound, "", seconds: null)).GetProperty("error").TryGetProperty("data", out _).ShouldBeFalse();

    public void Dispose() => _http.Dispose();

    private byte[] Make(HttpStatusCode status, string body, int? seconds)
    {
        var bytes = """{"jsonrpc":"2.0","id":7,"method":"tools/list"}"""u8.ToArray();
        EnvelopeScanner.Scan(bytes, out var envelope);
        var retry = seconds is { } wait ? new RetryConditionHeaderValue(TimeSpan.FromSeconds(wait)) : null;
        return BridgeErrors.OfResponse(_endpoint, new BridgeMessage(bytes, envelope), hadSession: false, status, retry, Encoding.UTF8.GetBytes(body));
    }
}

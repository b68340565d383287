using System.Collections.Immutable;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams;

namespace McpGateway.Gateway.Tests.Upstreams;

public sealed class UpstreamHeadersTests
{
    private readonly UpstreamHeaders _headers = new(UpstreamRig.Keys());

    [Fact]
    public void Seal_ThenOpen_GivesTheHeadersBack()
    {
        UpstreamHeader[] headers = [new("Authorization", "Bearer a: b"), new("X-Empty", "")];

        _headers.Open("one", _headers.Seal("one", headers)).ShouldBe(headers);
    }

    [Fact]
    public void Open_ForAnotherUpstream_IsRefused() =>
        _headers.Open("two", _headers.Seal("one", [new("X-Key", "secret")])).ShouldBeNull();

    [Fact]
    public void Open_OfNothing_IsEmpty() => _headers.Open("one", []).ShouldBe([]);

    [Theory]
    [InlineData("Cookie")]
    [InlineData("host")]
    [InlineData("Mcp-Session-Id")]
    [InlineData("MCP-Protocol-Version")]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("a:b")]
    [InlineData("ä")]
    public void Refuse_OfOurOwnOrBrokenNames_SaysWhy(string name) => UpstreamHeaders.Refuse(name, "x").ShouldNotBeNullOrEmpty();

    [Theory]
    [InlineData("line\nbreak")]
    [InlineData("carriage\rreturn")]
    [InlineData("ümlaut")]
    public void Refuse_OfValuesThatBreakHeaders_SaysWhy(string value) => UpstreamHeaders.Refuse("X-Key", value).ShouldNotBeNullOrEmpty();

    [Fact]
    public void Refuse_OfOrdinaryHeaders_IsNull() => UpstreamHeaders.Refuse("X-Api-Key", "abc=123, \"x\"").ShouldBeNull();

    [Fact]
    public void From_EachKind_MakesItsHeaders()
    {
        UpstreamHeaders.From(new UpstreamInput { Auth = AuthKind.Bearer, AuthToken = "t" }).ShouldBe([new("Authorization", "Bearer t")]);
        UpstreamHeaders.From(new UpstreamInput { Auth = AuthKind.Basic, AuthUsername = "ä", AuthPassword = "p" })
            .ShouldBe([new("Authorization", "Basic w6Q6cA==")]);
        UpstreamHeaders.From(new UpstreamInput
        {
            Auth = AuthKind.Headers,
            AuthHeaders = ImmutableDictionary.CreateRange([KeyValuePair.Create("X-B", "2"), KeyValuePair.Create("X-A", "1")]),
        }).ShouldBe([new("X-A", "1"), new("X-B", "2")]);
        UpstreamHeaders.From(new UpstreamInput { Auth = AuthKind.None, AuthToken = "t" }).ShouldBeEmpty();
    }
}

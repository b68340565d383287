using McpGateway.Dashboard.Authentication;

namespace McpGateway.Dashboard.Tests.Authentication;

public sealed class ReturnUrlTests
{
    [Theory]
    [InlineData("/ui")]
    [InlineData("/ui/overview")]
    [InlineData("/ui?filter=a%20b&state=offline")]
    [InlineData("/ui/servers/1#tools")]
    [InlineData("/ui?next=..")]
    public void Address_UnderUi_IsKept(string url) => ReturnUrl.Safe(url).ShouldBe(url);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/uix")]
    [InlineData("ui")]
    [InlineData("//evil.example/ui")]
    [InlineData("https://evil.example/ui")]
    [InlineData("/ui\\..\\x")]
    [InlineData("/ui/../gateways")]
    [InlineData("/ui/%2e%2e/gateways")]
    [InlineData("/ui/%2E./gateways")]
    [InlineData("/ui/\r\nSet-Cookie: a=b")]
    [InlineData("/ui/sign-in?return=/ui")]
    [InlineData("/ui/sign-out")]
    [InlineData("/ui/ü")]
    public void AnyOtherAddress_LeadsToTheStart(string? url) => ReturnUrl.Safe(url).ShouldBe("/ui");

    [Fact]
    public void Address_OfAbsurdLength_LeadsToTheStart() => ReturnUrl.Safe("/ui/" + new string('a', 3000)).ShouldBe("/ui");
}

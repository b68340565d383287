using System.Net;
using McpGateway.Gateway.Hosting;

namespace McpGateway.Gateway.Tests.Hosting;

public sealed class AddressSetTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("10.1.2.3", "10.1.2.3", true)]
    [InlineData("10.1.2.3", "10.1.2.4", false)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("2001:db8::/32", "2001:db8:1::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("::1", "::1", true)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.1.1", true)]
    [InlineData("::ffff:10.0.0.0/104", "10.1.1.1", true)]
    [InlineData("::/0", "2001:db8::1", true)]
    public void Contains_Address_GoesByNetwork(string network, string address, bool expected)
    {
        var set = AddressSet.Parse([network], out var unreadable);

        unreadable.ShouldBeEmpty();
        set.Contains(IPAddress.Parse(address)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/ 8")]
    [InlineData("10.0.0/8")]
    [InlineData("1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("2001:db8::1/32")]
    [InlineData("2001:db8::/129")]
    [InlineData("::ffff:10.0.0.0/90")]
    [InlineData("fe80::1%2")]
    [InlineData("example.com")]
    [InlineData("")]
    [InlineData("/8")]
    public void Parse_NotANetwork_IsLeftOutAndNamed(string text)
    {
        var set = AddressSet.Parse([text, "10.0.0.0/8"], out var unreadable);

        unreadable.ShouldBe([text]);
        set.Contains(IPAddress.Parse("10.0.0.1")).ShouldBeTrue();
    }
}

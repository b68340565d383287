using System.Net;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Gateway.Tests.Upstreams;

public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("169.254.169.254", AddressRefusal.LinkLocal)]
    [InlineData("169.254.0.1", AddressRefusal.LinkLocal)]
    [InlineData("fe80::1", AddressRefusal.LinkLocal)]
    [InlineData("::ffff:169.254.169.254", AddressRefusal.LinkLocal)]
    [InlineData("64:ff9b::a9fe:a9fe", AddressRefusal.LinkLocal)]
    [InlineData("2002:a9fe:a9fe::1", AddressRefusal.LinkLocal)]
    [InlineData("::169.254.169.254", AddressRefusal.LinkLocal)]
    [InlineData("100.100.100.200", AddressRefusal.Metadata)]
    [InlineData("168.63.129.16", AddressRefusal.Metadata)]
    [InlineData("fd00:ec2::254", AddressRefusal.Metadata)]
    [InlineData("224.0.0.1", AddressRefusal.Multicast)]
    [InlineData("239.255.255.250", AddressRefusal.Multicast)]
    [InlineData("ff02::1", AddressRefusal.Multicast)]
    [InlineData("0.0.0.0", AddressRefusal.Unspecified)]
    [InlineData("0.1.2.3", AddressRefusal.Unspecified)]
    [InlineData("::", AddressRefusal.Unspecified)]
    [InlineData("255.255.255.255", AddressRefusal.Unspecified)]
    [InlineData("240.0.0.1", AddressRefusal.Unspecified)]
    public void Check_OfWhatIsNeverAllowed_RefusesWhateverTheConfiguration(string address, AddressRefusal expected)
    {
        var guard = Create(new UpstreamOptions { AllowLoopback = true, AllowPrivateNetworks = true, AllowedNetworks = { "0.0.0.0/0", "::/0" } });
        guard.ListenersAreLoopback = true;

        guard.Check(IPAddress.Parse(address)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("127.0.0.1", AddressRefusal.Loopback)]
    [InlineData("127.9.9.9", AddressRefusal.Loopback)]
    [InlineData("::1", AddressRefusal.Loopback)]
    [InlineData("::ffff:127.0.0.1", AddressRefusal.Loopback)]
    [InlineData("10.1.2.3", AddressRefusal.Private)]
    [InlineData("172.31.255.255", AddressRefusal.Private)]
    [InlineData("192.168.0.1", AddressRefusal.Private)]
    [InlineData("100.64.0.1", AddressRefusal.Private)]
    [InlineData("fd12:3456::1", AddressRefusal.Private)]
    [InlineData("::ffff:10.0.0.1", AddressRefusal.Private)]
    [InlineData("64:ff9b::10.0.0.1", AddressRefusal.Private)]
    public void Check_OfLocalAddresses_FollowsOurListenersUnlessConfigured(string address, AddressRefusal otherwise)
    {
        var parsed = IPAddress.Parse(address);
        var guard = Create(new UpstreamOptions());

        guard.Check(parsed).ShouldBe(otherwise);
        guard.ListenersAreLoopback = true;
        guard.Check(parsed).ShouldBe(AddressRefusal.None);

        var strict = Create(new UpstreamOptions { AllowLoopback = false, AllowPrivateNetworks = false });
        strict.ListenersAreLoopback = true;
        strict.Check(parsed).ShouldBe(otherwise);

        Create(new UpstreamOptions { AllowLoopback = true, AllowPrivateNetworks = true }).Check(parsed).ShouldBe(AddressRefusal.None);
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:1.1.1.1")]
    public void Check_OfPublicAddresses_Allows(string address) =>
        Create(new UpstreamOptions()).Check(IPAddress.Parse(address)).ShouldBe(AddressRefusal.None);

    [Fact]
    public void Check_OfAllowedNetworks_AllowsThemAlone()
    {
        var guard = Create(new UpstreamOptions { AllowedNetworks = { "10.20.0.0/16", "127.0.0.5/32" } });

        guard.Check(IPAddress.Parse("10.20.3.4")).ShouldBe(AddressRefusal.None);
        guard.Check(IPAddress.Parse("::ffff:10.20.3.4")).ShouldBe(AddressRefusal.None);
        guard.Check(IPAddress.Parse("10.21.0.1")).ShouldBe(AddressRefusal.Private);
        guard.Check(IPAddress.Parse("127.0.0.5")).ShouldBe(AddressRefusal.None);
        guard.Check(IPAddress.Parse("127.0.0.1")).ShouldBe(AddressRefusal.Loopback);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task Connect_ToARefusedAddress_NeverReachesIt(string host)
    {
        using var rig = new UpstreamRig(options => options.AllowLoopback = false);
        await using var upstream = await FakeUpstream.StartAsync();

        var found = await rig.InspectAsync(UpstreamRig.HttpTarget($"http://{host}:{upstream.Port}/mcp"));

        found.Failure!.Fault.ShouldBe(UpstreamFault.Unreachable);
        found.Failure.Detail.ShouldContain("Upstreams:AllowLoopback");
        upstream.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Connect_ToMetadata_SaysThatItIsAlwaysRefused()
    {
        using var rig = new UpstreamRig();

        var found = await rig.InspectAsync(UpstreamRig.HttpTarget("http://169.254.169.254/latest/meta-data"));

        found.Failure!.Detail.ShouldBe("The address 169.254.169.254 is link-local, which is always refused.");
    }

    [Fact]
    public async Task Connect_ToAnUnknownName_SaysSo()
    {
        using var rig = new UpstreamRig();

        var found = await rig.InspectAsync(UpstreamRig.HttpTarget("http://nobody.invalid/mcp"));

        found.Failure!.Fault.ShouldBe(UpstreamFault.Unreachable);
        found.Failure.Detail.ShouldContain("'nobody.invalid' is not known to DNS");
    }

    [Fact]
    public async Task Connect_ToAPlainPortWithTls_SaysThatTlsFailed()
    {
        using var rig = new UpstreamRig();
        await using var upstream = await FakeUpstream.StartAsync();

        var found = await rig.InspectAsync(UpstreamRig.HttpTarget($"https://127.0.0.1:{upstream.Port}/mcp"));

        found.Failure!.Fault.ShouldBe(UpstreamFault.Unreachable);
        found.Failure.Detail.ShouldContain("No secure connection");
    }

    [Fact]
    public void Options_WithSeveralMistakes_AreReportedTogether()
    {
        var options = new UpstreamOptions { ConnectTimeout = TimeSpan.Zero, MaxPages = 0, AllowedNetworks = { "10.0.0.0/33", "nonsense" } };

        var result = new UpstreamOptionsValidator().Validate(null, options);

        result.Failures.ShouldNotBeNull().Count().ShouldBe(4);
        result.Failures.ShouldContain(failure => failure.StartsWith("Upstreams:AllowedNetworks:1:", StringComparison.Ordinal));
        new UpstreamOptionsValidator().Validate(null, new UpstreamOptions()).Succeeded.ShouldBeTrue();
    }

    private static AddressGuard Create(UpstreamOptions options) => new(Microsoft.Extensions.Options.Options.Create(options));
}

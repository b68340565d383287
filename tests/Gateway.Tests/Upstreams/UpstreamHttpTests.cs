using System.Net;
using McpGateway.Testing;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Gateway.Tests.Upstreams;

public sealed class UpstreamHttpTests
{
    [Fact]
    public void For_TheSameUpstream_IsTheSameWithoutAllocation()
    {
        using var rig = new UpstreamRig();
        var first = rig.Http.For("one");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var again = rig.Http.For("one");

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        again.ShouldBeSameAs(first);
        rig.Http.For("two").ShouldNotBeSameAs(first);
    }

    [Fact]
    public async Task Forget_LeavesTheOldOneUsable()
    {
        using var rig = new UpstreamRig();
        await using var upstream = await FakeUpstream.StartAsync();
        var old = rig.Http.For("one");

        rig.Http.Forget("one");

        rig.Http.For("one").ShouldNotBeSameAs(old);
        using var request = new HttpRequestMessage(HttpMethod.Get, upstream.Url);
        using var response = await old.SendAsync(request, UpstreamRig.Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Requests_CarryNothingOfTheirOwn()
    {
        using var rig = new UpstreamRig();
        await using var upstream = await FakeUpstream.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, upstream.Url);

        using var response = await rig.Http.For("one").SendAsync(request, UpstreamRig.Cancelled);

        upstream.Received.Single().Headers.Keys.ShouldBe(["Host"]);
    }

    [Fact]
    public async Task Certificate_ThatSaysWhereItsIssuersIs_SendsTheGatewayNowhere()
    {
        using var rig = new UpstreamRig();
        using var authority = new TestAuthority();
        await using var named = await FakeUpstream.StartAsync();
        await using var upstream = await FakeUpstream.StartAsync(fake => fake.Certificate = authority.IssueForLoopback(new Uri(named.Url)));
        using var request = new HttpRequestMessage(HttpMethod.Get, upstream.Url);

        var failure = await Should.ThrowAsync<HttpRequestException>(() => rig.Http.For("one").SendAsync(request, UpstreamRig.Cancelled));

        failure.HttpRequestError.ShouldBe(HttpRequestError.SecureConnectionError);
        named.Received.Count.ShouldBe(0);
    }
}

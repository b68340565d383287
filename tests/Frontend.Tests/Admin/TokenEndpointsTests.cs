using McpGateway.Abstractions.Administration;
using McpGateway.Frontend.Tests.Hosting;

namespace McpGateway.Frontend.Tests.Admin;

public sealed class TokenEndpointsTests
{
    [Theory]
    [InlineData("""{"name":"t","description":"d","expires_in_days":3,"team_id":"t-1","scope":{"server_id":"a","server_ids":["b","a"],"permissions":["tools.read"],"ip_restrictions":["10.0.0.0/8"],"time_restrictions":{},"usage_limits":{}}}""")]
    [InlineData("""{"token":{"name":"t","description":"d","expiresInDays":3,"teamId":"t-1","scope":{"serverIds":["a","b"],"permissions":["tools.read"],"ipRestrictions":["10.0.0.0/8"]},"is_active":true}}""")]
    public async Task Create_AllFields_ReachTheGrainAndTheSecretIsShownOnce(string body)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.PostAsync("/tokens", body);

        answer.Status.ShouldBe(201);
        answer["access_token"].ShouldBe("mcpg_x");
        answer.Headers["Location"].ShouldBe("/tokens/tok-1");
        answer.Headers["Cache-Control"].ShouldBe("no-store");
        answer.Json.GetProperty("token").GetProperty("isActive").GetBoolean().ShouldBeTrue();
        var input = host.Grains.Access.LastTokenInput.ShouldNotBeNull();
        (input.Name, input.Description, input.ExpiresInDays, input.TeamId).ShouldBe(("t", "d", 3, "t-1"));
        input.ServerIds.ShouldBe(["a", "b"]);
        input.Permissions.ShouldBe(["tools.read"]);
        input.Networks.ShouldBe(["10.0.0.0/8"]);
    }

    [Theory]
    [InlineData("""{"name":"t","expires_in_minutes":5}""")]
    [InlineData("""{"name":"t","expiresInMinutes":5}""")]
    public async Task Create_ForMinutes_ReachesTheGrain(string body)
    {
        await using var host = await ApiHost.StartAsync();

        (await host.PostAsync("/tokens", body)).Status.ShouldBe(201);

        var input = host.Grains.Access.LastTokenInput.ShouldNotBeNull();
        (input.ExpiresInDays, input.ExpiresInMinutes).ShouldBe((null, 5));
    }

    [Theory]
    [InlineData("""{"name":"t","is_active":false}""", "is_active")]
    [InlineData("""{"name":"t","scope":[]}""", "scope")]
    [InlineData("""{"name":"t","scope":{"server":"x"}}""", "scope.server")]
    [InlineData("""{"name":"t","expires_in_days":"7"}""", "expires_in_days")]
    [InlineData("""{"name":"t","expires_in_minutes":1.5}""", "expires_in_minutes")]
    public async Task Create_BadField_IsNamed(string body, string field)
    {
        await using var host = await ApiHost.StartAsync();

        (await host.PostAsync("/tokens", body)).Error(field).ShouldNotBeEmpty();
        host.Grains.Access.LastTokenInput.ShouldBeNull();
    }

    [Fact]
    public async Task Create_RefusedByTheGrain_IsAnswered()
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.Access.OnCreateToken = (_, _) => Refusal.Invalid("permissions", "exceed yours.");

        (await host.PostAsync("/tokens", """{"name":"t"}""")).Error("permissions").ShouldBe("exceed yours.");
    }

    [Fact]
    public async Task List_One_Revoke_Delete()
    {
        await using var host = await ApiHost.StartAsync();

        var list = await host.GetAsync("/tokens");
        list.Json.GetArrayLength().ShouldBe(2);
        list.Headers["X-Total-Count"].ShouldBe("3");
        list.Headers["Link"].ShouldContain("cursor=tok-2");
        (await host.GetAsync("/tokens?cursor=tok-2")).Headers.ContainsKey("Link").ShouldBeFalse();
        (await host.GetAsync("/v1/tokens/tok-1"))["userEmail"].ShouldBe("admin@example.com");
        (await host.GetAsync("/tokens/other")).Status.ShouldBe(404);
        (await host.SendAsync("POST", "/tokens/tok-1/revoke"))["isRevoked"].ShouldBe("True");
        (await host.SendAsync("DELETE", "/tokens/tok-1")).Status.ShouldBe(204);
        (await host.SendAsync("DELETE", "/tokens/other")).Status.ShouldBe(404);
    }
}

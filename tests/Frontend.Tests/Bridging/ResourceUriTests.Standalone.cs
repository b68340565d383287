using System.Text.Json;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Bridging;

public sealed class ResourceUriTests
{
    private const string Linked =
        """{"content":[{"type":"resource_link","uri":"file:///both","name":"l"},{"type":"resource","resource":{"uri":"file:///both","text":"t"}},{"type":"resource_link","uri":"file:///own","name":"o"}]}""";

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData(BridgeWorld.Modern)]
    public async Task Resource_ThatTwoUpstreamsHave_KeepsItsExposedUriInAnswers(string revision)
    {
        await using var world = await StartAsync();
        var listed = (await world.RequestAsync(revision, "resources/list")).GetProperty("result").GetProperty("resources").EnumerateArray()
            .Select(resource => resource.GetProperty("uri").GetString()!).ToArray();
        listed.ShouldContain("file:///both");
        var renamed = listed.Single(uri => uri.EndsWith("+file:///both", StringComparison.Ordinal));

        foreach (var uri in (string[])["file:///both", renamed, "file:///own"])
        {
            var answer = await world.RequestAsync(revision, "resources/read", JsonSerializer.Serialize(new { uri }));
            answer.GetProperty("result").GetProperty("contents")[0].GetProperty("uri").GetString().ShouldBe(uri);
        }
    }

    [Fact]
    public async Task Content_ThatNamesAResource_NamesItAsItIsExposed()
    {
        await using var world = await StartAsync();
        var renamed = (await world.RequestAsync("2025-11-25", "resources/list")).GetProperty("result").GetProperty("resources").EnumerateArray()
            .Select(resource => resource.GetProperty("uri").GetString()!).Single(uri => uri.EndsWith("+file:///both", StringComparison.Ordinal));
        var younger = renamed[..renamed.IndexOf('+', StringComparison.Ordinal)];

        foreach (var name in (string[])["a", "b"])
        {
            var content = (await world.RequestAsync("2025-11-25", "tools/call", $$"""{"name":"{{name}}-link","arguments":{} }""")).GetProperty("result").GetProperty("content");

            var expected = name == younger ? renamed : "file:///both";
            content[0].GetProperty("uri").GetString().ShouldBe(expected);
            content[1].GetProperty("resource").GetProperty("uri").GetString().ShouldBe(expected);
            content[2].GetProperty("uri").GetString().ShouldBe("file:///own");
        }
    }

    [Fact]
    public async Task Error_AboutARenamedResource_NamesItAsItIsExposed()
    {
        await using var world = await StartAsync();
        var renamed = (await world.RequestAsync("2025-11-25", "resources/list")).GetProperty("result").GetProperty("resources").EnumerateArray()
            .Select(resource => resource.GetProperty("uri").GetString()!).Single(uri => uri.EndsWith("+file:///both", StringComparison.Ordinal));
        world.Clear();

        var error = (await world.RequestAsync(BridgeWorld.Modern, "resources/read", JsonSerializer.Serialize(new { uri = renamed }))).GetProperty("error");

        error.GetProperty("code").GetInt32().ShouldBe(-32602);
        error.GetProperty("data").GetProperty("uri").GetString().ShouldBe(renamed);
    }

    private static Task<BridgeWorld> StartAsync() => BridgeWorld.StartAsync(Configure, upstream =>
    {
        Configure(upstream);
        upstream.AddResource("file:///own");
    });

    private static void Configure(FakeUpstream upstream)
    {
        upstream.AddResource("file:///both");
        upstream.AddTool("link", _ => Task.FromResult(Linked));
    }
}

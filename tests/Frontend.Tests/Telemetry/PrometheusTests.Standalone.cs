using System.Globalization;
using System.Text.RegularExpressions;
using McpGateway.Frontend.Metering;
using McpGateway.Frontend.Tests.Bridging;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Frontend.Tests.Telemetry;

/// <summary><c>/metrics/prometheus</c>: its form, its series and their cap.</summary>
public sealed partial class PrometheusTests
{
    [Fact]
    public async Task Page_AfterCalls_HasSeriesOfToolUpstreamAndVirtualServer()
    {
        await using var world = await StartAsync(tools: 1);
        await CallAsync(world, "tool-0");
        await CallAsync(world, "tool-0");

        var page = await ReadAsync(world);

        page["mcpgateway_calls_total"].Where(sample => sample.Labels.Contains("kind=\"tool\"") && sample.Labels.Contains("name=\"tool-0\"")).Single().Value.ShouldBe(2);
        page["mcpgateway_calls_total"].Single(sample => sample.Labels.Contains("kind=\"upstream\"")).Labels.ShouldContain("name=\"a\"");
        page["mcpgateway_calls_total"].Single(sample => sample.Labels.Contains("kind=\"virtualserver\"")).Labels.ShouldContain($"id=\"{world.ServerId}\"");
        page["mcpgateway_overhead_seconds_count"].Single(sample => sample.Labels.Contains("stage=\"own\"")).Value.ShouldBe(2);
        page["mcpgateway_overhead_seconds_sum"].Single(sample => sample.Labels.Contains("stage=\"total\"")).Value.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Histograms_AreCumulativeAndEndAtTheirCount()
    {
        await using var world = await StartAsync(tools: 1);
        await CallAsync(world, "tool-0");

        var page = await ReadAsync(world);

        foreach (var name in (string[])["mcpgateway_call_duration_seconds", "mcpgateway_overhead_seconds"])
        {
            foreach (var series in page[name + "_bucket"].GroupBy(sample => Bound().Replace(sample.Labels, "")))
            {
                var buckets = series.ToList();
                buckets.Select(bucket => bucket.Value).ShouldBeInOrder();
                buckets.Select(bucket => double.Parse(Bound().Match(bucket.Labels).Groups[1].Value.Replace("+Inf", "Infinity"), CultureInfo.InvariantCulture)).ShouldBeInOrder();
                buckets[^1].Labels.ShouldContain("le=\"+Inf\"");
                page[name + "_count"].Single(count => count.Labels == series.Key).Value.ShouldBe(buckets[^1].Value);
            }
        }
    }

    [Fact]
    public async Task Series_BeyondTheCap_AreOneWhoseCountNeverGoesBack()
    {
        await using var world = await StartAsync(tools: 5, ("Telemetry:MaxSeries", "2"));
        await CallAsync(world, "tool-0");
        var first = await ReadAsync(world);
        for (var tool = 0; tool < 5; tool++)
        {
            await CallAsync(world, $"tool-{tool}");
        }

        var page = await ReadAsync(world);
        await CallAsync(world, "tool-4");
        var later = await ReadAsync(world);

        Tools(first).Count.ShouldBe(1);
        Tools(page).Count.ShouldBe(3);
        Tools(page)["other"].ShouldBe(3);
        Tools(page)["tool-0"].ShouldBe(2);
        Tools(later).Keys.ShouldBe(Tools(page).Keys);
        Tools(later).Values.Sum().ShouldBe(7);
        page["mcpgateway_call_duration_seconds_count"].Count(sample => sample.Labels.Contains("kind=\"tool\"")).ShouldBe(3);
    }

    [Fact]
    public async Task Upstreams_BeyondTheCap_AreOneSeries()
    {
        await using var world = await BridgeWorld.StartAsync(
            [("Telemetry:MaxSeries", "2")],
            static (name, upstream) => new { name, url = upstream.Url },
            [.. Enumerable.Repeat<Action<FakeUpstream>>(static upstream => upstream.AddTool("tool"), 4)]);
        foreach (var upstream in "abcd")
        {
            await CallAsync(world, $"{upstream}-tool");
        }

        var page = await ReadAsync(world);

        var limits = page["mcpgateway_upstream_concurrency"];
        limits.Count().ShouldBe(3);
        limits.Single(sample => sample.Labels.Contains("id=\"other\"", StringComparison.Ordinal)).Value
            .ShouldBe(2 * limits.First(sample => !sample.Labels.Contains("other", StringComparison.Ordinal)).Value);
        page["mcpgateway_upstream_refused_total"].Count().ShouldBe(3 * 4, "of each reason");
    }

    [Fact]
    public async Task Page_SaysWhatTheProcessUses()
    {
        await using var world = await StartAsync(tools: 1);
        var first = await ReadAsync(world);
        await CallAsync(world, "tool-0");
        var later = await ReadAsync(world);

        first["process_resident_memory_bytes"].Single().Value.ShouldBeGreaterThan(1e6);
        first["process_cpu_seconds_total"].Single().Value.ShouldBeGreaterThan(0);
        later["dotnet_gc_heap_total_allocated_bytes_total"].Single().Value.ShouldBeGreaterThan(first["dotnet_gc_heap_total_allocated_bytes_total"].Single().Value);
        later["dotnet_gc_collections_total"].Select(sample => sample.Labels.Trim('{', '}'))
            .ShouldBe(Enumerable.Range(0, GC.MaxGeneration + 1).Select(number => $"gc_heap_generation=\"gen{number}\""));
        later["dotnet_thread_pool_thread_count"].Single().Value.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Page_WithoutPermission_IsRefused()
    {
        await using var world = await StartAsync(tools: 1);
        var token = await world.Gateway.SendAsync("POST", "/tokens", """{"name":"agent","scope":{"permissions":["tools.read"]} }""");

        (await world.Gateway.SendAsync("GET", "/metrics/prometheus", token: token["access_token"])).Status.ShouldBe(403);
        (await world.Gateway.SendAsync("GET", "/metrics/prometheus", token: "")).Status.ShouldBe(401);
    }

    [Fact]
    public void Text_WithLineBreaksQuotesAndBackslashes_EscapesThem()
    {
        var text = new PrometheusText();

        text.Begin("m", "gauge", "One\nline with \"quotes\" and a \\.");
        text.Sample("m", 1.5, ("name", "a\"b\\c\nd"));

        text.ToString().ShouldBe("# HELP m One\\nline with \"quotes\" and a \\\\.\n# TYPE m gauge\nm{name=\"a\\\"b\\\\c\\nd\"} 1.5\n");
    }

    [GeneratedRegex(",?le=\"([^\"]*)\"")]
    private static partial Regex Bound();

    [GeneratedRegex("""^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*\})? ([0-9.eE+-]+)$""")]
    private static partial Regex Sample();

    private static Task<BridgeWorld> StartAsync(int tools, params (string, string)[] settings) => TracedWorld.StartGatewayAsync(
        upstream =>
        {
            for (var number = 0; number < tools; number++)
            {
                upstream.AddTool($"tool-{number}");
            }
        },
        settings: settings);

    private static Task CallAsync(BridgeWorld world, string tool) =>
        world.RequestAsync("2025-11-25", "tools/call", $$$"""{"name":"{{{tool}}}","arguments":{} }""");

    /// <summary>Every line is a comment or a sample of a metric that was announced before.</summary>
    private static async Task<ILookup<string, (string Labels, double Value)>> ReadAsync(BridgeWorld world)
    {
        var answer = await world.Gateway.SendAsync("GET", "/metrics/prometheus");
        answer.Status.ShouldBe(200);
        answer.ContentType.ShouldBe("text/plain");
        var samples = new List<(string Name, string Labels, double Value)>();
        var announced = "";
        foreach (var line in answer.Text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                announced = line.Split(' ')[2];
            }
            else if (!line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                var match = Sample().Match(line);
                match.Success.ShouldBeTrue(line);
                match.Groups[1].Value.ShouldStartWith(announced);
                samples.Add((match.Groups[1].Value, match.Groups[2].Value, double.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture)));
            }
        }

        return samples.ToLookup(sample => sample.Name, sample => (sample.Labels, sample.Value));
    }

    private static Dictionary<string, double> Tools(ILookup<string, (string Labels, double Value)> page) => page["mcpgateway_calls_total"]
        .Where(sample => sample.Labels.Contains("kind=\"tool\""))
        .ToDictionary(sample => sample.Labels.Split("name=\"")[1].TrimEnd('"', '}'), sample => sample.Value);
}

using McpGateway.Frontend.Routing;

namespace McpGateway.Frontend.Overload;

/// <summary>What this node runs, lets wait and refuses, as metrics.</summary>
internal sealed class OverloadSeries(UpstreamTable upstreams, NodeGate node)
{
    private static readonly (BusyReason Reason, string Name)[] s_reasons =
        [(BusyReason.UpstreamFull, "upstream_full"), (BusyReason.NodeFull, "node_full"), (BusyReason.LongWait, "long_wait"), (BusyReason.Waited, "waited")];

    public IEnumerable<OverloadFamily> Read()
    {
        var links = upstreams.Links.OrderBy(static link => link.Route.Id, StringComparer.Ordinal).ToArray();
        yield return new("mcpgateway_node_running", "gauge", "Calls to upstreams that run on this node.", [new(node.Running, [])]);
        yield return new("mcpgateway_node_waiting", "gauge", "Calls to upstreams that wait for their turn on this node.", [new(node.Waiting, [])]);
        yield return Gauge("mcpgateway_upstream_running", "Calls that run at the upstream.", static gate => gate.Running);
        yield return Gauge("mcpgateway_upstream_waiting", "Calls that wait for their turn at the upstream.", static gate => gate.Waiting);
        yield return Gauge("mcpgateway_upstream_concurrency", "Calls that may run at the upstream at once.", static gate => gate.Places.Limit);
        yield return new("mcpgateway_upstream_refused_total", "counter", "Calls that were not taken on, by reason.",
        [
            .. links.SelectMany(static link => s_reasons.Select(reason =>
                new OverloadSample(link.Gate.Refused(reason.Reason), [.. Labels(link), ("reason", reason.Name)]))),
        ]);

        OverloadFamily Gauge(string name, string help, Func<UpstreamGate, double> value) =>
            new(name, "gauge", help, [.. links.Select(link => new OverloadSample(value(link.Gate), Labels(link)))]);
    }

    private static (string, string)[] Labels(UpstreamLink link) => [("id", link.Route.Id), ("name", link.Route.Name)];
}

/// <summary>The samples of one metric.</summary>
/// <param name="Type"><c>counter</c> or <c>gauge</c>.</param>
internal sealed record OverloadFamily(string Name, string Type, string Help, IReadOnlyList<OverloadSample> Samples);

internal sealed record OverloadSample(double Value, (string Name, string Value)[] Labels);

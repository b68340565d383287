using McpGateway.Frontend.Routing;
using McpGateway.Gateway.Metering;
using McpGateway.Gateway.Telemetry;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Overload;

/// <summary>
/// What this node runs, lets wait and refuses, as metrics. The first <see cref="TelemetryOptions.MaxSeries"/> upstreams have series of their own
/// for good, the others have one together.
/// </summary>
internal sealed class OverloadSeries(UpstreamTable upstreams, NodeGate node, IOptions<TelemetryOptions> options)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);
    private static readonly (BusyReason Reason, string Name)[] s_reasons =
        [(BusyReason.UpstreamFull, "upstream_full"), (BusyReason.NodeFull, "node_full"), (BusyReason.LongWait, "long_wait"), (BusyReason.Waited, "waited")];

    public IEnumerable<OverloadFamily> Read()
    {
        var (shown, others) = Sort();
        yield return new("mcpgateway_node_running", "gauge", "Calls to upstreams that run on this node.", [new(node.Running, [])]);
        yield return new("mcpgateway_node_waiting", "gauge", "Calls to upstreams that wait for their turn on this node.", [new(node.Waiting, [])]);
        yield return Gauge("mcpgateway_upstream_running", "Calls that run at the upstream.", static gate => gate.Running);
        yield return Gauge("mcpgateway_upstream_waiting", "Calls that wait for their turn at the upstream.", static gate => gate.Waiting);
        yield return Gauge("mcpgateway_upstream_concurrency", "Calls that may run at the upstream at once.", static gate => gate.Places.Limit);
        yield return new("mcpgateway_upstream_refused_total", "counter", "Calls that were not taken on, by reason.",
            [.. s_reasons.SelectMany(reason => Samples(gate => gate.Refused(reason.Reason), ("reason", reason.Name)))]);

        OverloadFamily Gauge(string name, string help, Func<UpstreamGate, double> value) => new(name, "gauge", help, [.. Samples(value)]);

        IEnumerable<OverloadSample> Samples(Func<UpstreamGate, double> value, params (string, string)[] labels)
        {
            var own = shown.Select(link => new OverloadSample(value(link.Gate), [("id", link.Route.Id), ("name", link.Route.Name), .. labels]));
            return others.Length == 0
                ? own
                : own.Append(new OverloadSample(others.Sum(link => value(link.Gate)), [("id", CallMeter.Other), ("name", CallMeter.Other), .. labels]));
        }
    }

    private (UpstreamLink[] Shown, UpstreamLink[] Others) Sort()
    {
        var links = upstreams.Links.OrderBy(static link => link.Route.Id, StringComparer.Ordinal).ToArray();
        lock (_gate)
        {
            // One that is gone makes no room: another's counts would go on where its ended.
            foreach (var link in links)
            {
                if (_shown.Count < options.Value.MaxSeries)
                {
                    _shown.Add(link.Route.Id);
                }
            }

            var byPlace = links.ToLookup(link => _shown.Contains(link.Route.Id));
            return ([.. byPlace[true]], [.. byPlace[false]]);
        }
    }
}

/// <summary>The samples of one metric.</summary>
/// <param name="Type"><c>counter</c> or <c>gauge</c>.</param>
internal sealed record OverloadFamily(string Name, string Type, string Help, IReadOnlyList<OverloadSample> Samples);

internal sealed record OverloadSample(double Value, (string Name, string Value)[] Labels);

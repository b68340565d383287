using System.Collections.Immutable;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Upstreams.Discovery;
using McpGateway.Gateway.Upstreams.Stdio;

namespace McpGateway.Gateway.Upstreams;

/// <summary>Tries settings before they are saved: everything that discovery does, and nothing is kept.</summary>
public sealed class UpstreamProber
{
    private const int MaxNames = 200;

    private readonly UpstreamInspector _inspector;
    private readonly UpstreamHttp _http;
    private readonly TimeProvider _time;

    public UpstreamProber(UpstreamInspector inspector, UpstreamHttp http, TimeProvider time)
    {
        _inspector = inspector;
        _http = http;
        _time = time;
    }

    /// <summary>Tries input that has passed the checks of creation. Never throws for what the upstream does.</summary>
    public async Task<UpstreamProbe> ProbeAsync(UpstreamInput input, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        var target = TargetOf(input);
        var errors = new StandardError();
        try
        {
            var found = await _inspector.InspectAsync(target, Era.Unknown, errors.Add, cancellationToken);
            int Count(ItemKind kind) => found.Items.Count(item => item.Kind == kind);
            return new UpstreamProbe(
                found.Failure is null,
                found.Verdict?.Era ?? Era.Unknown,
                found.Verdict?.ProtocolVersion,
                found.Verdict?.ServerName,
                found.Verdict?.ServerVersion,
                Count(ItemKind.Tool),
                Count(ItemKind.Prompt),
                Count(ItemKind.Resource),
                Count(ItemKind.ResourceTemplate),
                [.. found.Items.Where(item => item.Kind == ItemKind.Tool).Take(MaxNames).Select(item => item.Name)],
                found.Failure is null ? null : errors.AppendTo(found.Failure.Detail),
                _time.GetElapsedTime(began).TotalMilliseconds);
        }
        finally
        {
            _http.Forget(target.Id);
        }
    }

    private static UpstreamTarget TargetOf(UpstreamInput input)
    {
        var transport = input.Transport ?? (input.Command is null ? TransportKind.StreamableHttp : TransportKind.Stdio);
        return new UpstreamTarget(
            $"probe-{Guid.NewGuid():N}",
            transport,
            Uri.TryCreate(input.Url, UriKind.Absolute, out var url) ? url : null,
            [.. UpstreamHeaders.From(input)],
            transport == TransportKind.Stdio
                ? new StdioLaunch(
                    input.Command ?? "",
                    input.Arguments.IsDefault ? [] : input.Arguments,
                    input.Environment ?? ImmutableDictionary<string, string>.Empty,
                    input.WorkingFolder)
                : null);
    }

    /// <summary>The last lines of a process that could not be used: they mostly name the reason. Only who may start processes sees them.</summary>
    private sealed class StandardError
    {
        private const int Lines = 5;

        private readonly Queue<string> _last = new();

        public void Add(string line)
        {
            lock (_last)
            {
                _last.Enqueue(line);
                if (_last.Count > Lines)
                {
                    _last.Dequeue();
                }
            }
        }

        public string AppendTo(string detail)
        {
            lock (_last)
            {
                return _last.Count == 0 ? detail : $"{detail} Its last words: {string.Join(" | ", _last)}";
            }
        }
    }
}

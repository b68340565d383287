using System.Collections.Immutable;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Sealing;
using McpGateway.Gateway.Upstreams;
using McpGateway.Gateway.Upstreams.Discovery;
using McpGateway.Gateway.Upstreams.Http;
using McpGateway.Gateway.Upstreams.Stdio;
using McpGateway.Testing.Upstreams;

namespace McpGateway.Gateway.Tests.Upstreams;

/// <summary>Everything that reaches upstreams, wired as the hosts wire it, allowed to call loopback.</summary>
internal sealed class UpstreamRig : IDisposable
{
    public UpstreamRig(Action<UpstreamOptions>? configure = null)
    {
        Options = new UpstreamOptions { AllowLoopback = true, DiscoveryTimeout = TimeSpan.FromSeconds(5) };
        configure?.Invoke(Options);
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        Guard = new AddressGuard(options);
        Http = new UpstreamHttp(options, Guard, TimeProvider.System);
        Exchange = new McpHttpExchange(Http, options, TimeProvider.System);
        Sse = new SseConnector(Exchange, Http, options, TimeProvider.System);
        Inspector = new UpstreamInspector(Exchange, Sse, options, TimeProvider.System);
        Prober = new UpstreamProber(Inspector, Http, TimeProvider.System);
    }

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public UpstreamOptions Options { get; }

    public AddressGuard Guard { get; }

    public UpstreamHttp Http { get; }

    public McpHttpExchange Exchange { get; }

    public SseConnector Sse { get; }

    public UpstreamInspector Inspector { get; }

    public UpstreamProber Prober { get; }

    public List<string> Log { get; } = [];

    public static UpstreamTarget HttpTarget(string url, TransportKind transport = TransportKind.StreamableHttp, params UpstreamHeader[] headers) =>
        new("test", transport, new Uri(url), headers, null);

    public static UpstreamTarget StdioTarget(params string[] options) =>
        new("test", TransportKind.Stdio, null, [], Launch(options));

    public static StdioLaunch Launch(params string[] options) =>
        new(StdioFixture.Command, [.. StdioFixture.Arguments(options)], ImmutableDictionary<string, string>.Empty, null);

    public static KeyRing Keys() => new(new byte[KeyRing.MasterLength]);

    public Task<UpstreamInspection> InspectAsync(UpstreamTarget target, Era known = Era.Unknown) =>
        Inspector.InspectAsync(target, known, AddLog, Cancelled);

    public void AddLog(string line)
    {
        lock (Log)
        {
            Log.Add(line);
        }
    }

    public void Dispose() => Http.Dispose();
}

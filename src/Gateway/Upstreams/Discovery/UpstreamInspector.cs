using System.Globalization;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams.Channels;
using McpGateway.Gateway.Upstreams.Http;
using McpGateway.Gateway.Upstreams.Stdio;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Upstreams.Discovery;

/// <summary>Finds out everything about an upstream in a conversation of its own: era, capabilities, lists. Nothing is kept open afterwards.</summary>
public sealed class UpstreamInspector
{
    private readonly McpHttpExchange _exchange;
    private readonly SseConnector _sse;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;

    public UpstreamInspector(McpHttpExchange exchange, SseConnector sse, IOptions<UpstreamOptions> options, TimeProvider time)
    {
        _exchange = exchange;
        _sse = sse;
        _options = options.Value;
        _time = time;
    }

    /// <summary>Looks at an upstream.</summary>
    /// <param name="known">What an earlier, still valid verdict said; it is believed until the upstream contradicts it.</param>
    /// <param name="log">Gets what a process writes to its standard error.</param>
    public async Task<UpstreamInspection> InspectAsync(UpstreamTarget target, Era known, Action<string> log, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.InspectionTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return target.Transport switch
            {
                TransportKind.StreamableHttp => await InspectHttpAsync(target.Endpoint, known, either.Token),
                TransportKind.Sse => await InspectSseAsync(target.Endpoint, either.Token),
                _ => await InspectStdioAsync(target, known, log, either.Token),
            };
        }
        catch (UpstreamException failed)
        {
            return UpstreamInspection.Failed(failed.Failure);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return UpstreamInspection.Failed(new UpstreamFailure(
                UpstreamFault.TimedOut,
                string.Create(CultureInfo.InvariantCulture, $"The upstream's lists were not complete within {_options.InspectionTimeout.TotalSeconds} s.")));
        }
    }

    private async Task<UpstreamInspection> InspectHttpAsync(HttpEndpoint endpoint, Era known, CancellationToken cancellationToken)
    {
        if (known != Era.Legacy)
        {
            var (found, modern) = await TryModernAsync(endpoint, cancellationToken);
            if (found != EraEvidence.NotModern)
            {
                return modern!;
            }
        }

        await using var client = new HttpUpstreamClient(_exchange, endpoint, _options.DiscoveryTimeout);
        var (verdict, failure, saysModern) = await UpstreamHandshake.InitializeAsync(client, GatewayIdentity.DiscoveryCapabilities, cancellationToken);
        if (verdict is not null)
        {
            return await new UpstreamLists(client, verdict, checkHeaders: false, _options).ReadAsync(cancellationToken);
        }

        if (saysModern && known == Era.Legacy && await TryModernAsync(endpoint, cancellationToken) is { Evidence: not EraEvidence.NotModern } changed)
        {
            return changed.Inspection!;
        }

        return UpstreamInspection.Failed(failure!.HttpStatus is 400 or 404 or 405 ? await HintAtSseAsync(endpoint, failure, cancellationToken) : failure);
    }

    private async Task<(EraEvidence Evidence, UpstreamInspection? Inspection)> TryModernAsync(HttpEndpoint endpoint, CancellationToken cancellationToken)
    {
        await using var client = new HttpUpstreamClient(_exchange, endpoint, _options.DiscoveryTimeout);
        var (evidence, verdict, failure) = await UpstreamHandshake.DiscoverAsync(client, cancellationToken);
        return evidence switch
        {
            EraEvidence.Modern => (evidence, await new UpstreamLists(client, verdict!, checkHeaders: true, _options).ReadAsync(cancellationToken)),
            EraEvidence.NotModern => (evidence, null),
            _ => (evidence, UpstreamInspection.Failed(failure!)),
        };
    }

    /// <summary>An address of the old transport, registered as the new one, is the commonest mistake; then the failure says so.</summary>
    private async Task<UpstreamFailure> HintAtSseAsync(HttpEndpoint endpoint, UpstreamFailure failure, CancellationToken cancellationToken)
    {
        try
        {
            var transport = await _sse.ConnectAsync(endpoint, TimeSpan.FromSeconds(2), cancellationToken);
            await transport.DisposeAsync();
            return failure with { Detail = failure.Detail + " It answers as HTTP+SSE (2024-11-05), though: set its transport to SSE." };
        }
        catch (UpstreamException)
        {
            return failure;
        }
    }

    private async Task<UpstreamInspection> InspectSseAsync(HttpEndpoint endpoint, CancellationToken cancellationToken)
    {
        var transport = await _sse.ConnectAsync(endpoint, _options.DiscoveryTimeout, cancellationToken);
        await using var client = Talk(transport);
        var (verdict, failure, _) = await UpstreamHandshake.InitializeAsync(client, GatewayIdentity.DiscoveryCapabilities, cancellationToken);
        return verdict is null
            ? UpstreamInspection.Failed(failure!)
            : await new UpstreamLists(client, verdict, checkHeaders: false, _options).ReadAsync(cancellationToken);
    }

    private async Task<UpstreamInspection> InspectStdioAsync(UpstreamTarget target, Era known, Action<string> log, CancellationToken cancellationToken)
    {
        var era = known == Era.Unknown ? await ProbeStdioAsync(target, log, cancellationToken) : known;
        var (inspection, contradicted) = await InspectProcessAsync(target, era, log, cancellationToken);
        if (contradicted)
        {
            (inspection, _) = await InspectProcessAsync(target, era == Era.Modern ? Era.Legacy : Era.Modern, log, cancellationToken);
        }

        return inspection;
    }

    /// <summary>Asks a process of its own, because some servers end when asked anything before initialize.</summary>
    private async Task<Era> ProbeStdioAsync(UpstreamTarget target, Action<string> log, CancellationToken cancellationToken)
    {
        await using var client = Talk(await StdioTransport.StartAsync(target.Launch!, _options, log, _time), _options.StdioProbeTimeout);
        var (evidence, _, _) = await UpstreamHandshake.DiscoverAsync(client, cancellationToken);
        return evidence is EraEvidence.Modern or EraEvidence.ModernButUnusable ? Era.Modern : Era.Legacy;
    }

    private async Task<(UpstreamInspection Inspection, bool Contradicted)> InspectProcessAsync(
        UpstreamTarget target, Era era, Action<string> log, CancellationToken cancellationToken)
    {
        await using var client = Talk(await StdioTransport.StartAsync(target.Launch!, _options, log, _time));
        var (verdict, failure, contradicted) = era == Era.Modern ? await DiscoverAsync(client, cancellationToken)
            : await UpstreamHandshake.InitializeAsync(client, GatewayIdentity.DiscoveryCapabilities, cancellationToken);
        return verdict is null
            ? (UpstreamInspection.Failed(failure!), contradicted)
            : (await new UpstreamLists(client, verdict, checkHeaders: false, _options).ReadAsync(cancellationToken), false);
    }

    private static async Task<(UpstreamVerdict? Verdict, UpstreamFailure? Failure, bool Contradicted)> DiscoverAsync(
        UpstreamClient client, CancellationToken cancellationToken)
    {
        var (evidence, verdict, failure) = await UpstreamHandshake.DiscoverAsync(client, cancellationToken);
        return (verdict, failure, evidence == EraEvidence.NotModern && failure?.Fault != UpstreamFault.Broken);
    }

    private DuplexUpstreamClient Talk(IMessageTransport transport, TimeSpan? timeout = null) =>
        new(new DuplexClient(transport, new DuplexSettings()), timeout ?? _options.DiscoveryTimeout, _time, owns: true);
}

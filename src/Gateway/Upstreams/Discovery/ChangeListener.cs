using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Hosting;
using McpGateway.Gateway.Upstreams.Channels;
using McpGateway.Gateway.Upstreams.Http;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;
using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Upstreams.Discovery;

/// <summary>
/// Keeps one event stream open to a Streamable HTTP upstream that says it tells when its lists change: GET in a session of its own, or
/// <c>subscriptions/listen</c>. One that answers 405 is left alone; its lists are read again now and then anyway.
/// </summary>
public sealed class ChangeListener
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    // A stream that lasted this long was a good one: the next is opened without much delay.
    private static readonly TimeSpan s_goodStream = TimeSpan.FromSeconds(30);

    private static readonly (string Capability, string Filter)[] s_lists =
        [("tools", "toolsListChanged"), ("prompts", "promptsListChanged"), ("resources", "resourcesListChanged")];

    private readonly McpHttpExchange _exchange;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;

    public ChangeListener(McpHttpExchange exchange, IOptions<UpstreamOptions> options, TimeProvider time)
    {
        _exchange = exchange;
        _options = options.Value;
        _time = time;
    }

    /// <summary>Whether there is anything to listen to.</summary>
    public static bool IsFor(UpstreamTarget target, UpstreamVerdict verdict) =>
        target.Transport == TransportKind.StreamableHttp && s_lists.Any(list => verdict.TellsChangesOf(list.Capability));

    /// <summary>Listens until cancelled, or until the upstream says that it offers no such stream.</summary>
    /// <param name="onChanged">Called from any thread, once for each notification; with none of the lists after a gap in which one may have been missed.</param>
    public Task RunAsync(UpstreamTarget target, UpstreamVerdict verdict, Action<ChangedLists> onChanged, CancellationToken cancellationToken) =>
        Task.Run(() => ListenAsync(target, verdict, onChanged, cancellationToken), CancellationToken.None);

    private async Task ListenAsync(UpstreamTarget target, UpstreamVerdict verdict, Action<ChangedLists> onChanged, CancellationToken cancellationToken)
    {
        var pause = new GrowingPause(s_firstPause, s_longestPause, _time);
        try
        {
            for (var first = true; ; first = false)
            {
                var began = _time.GetTimestamp();
                if (!await ListenOnceAsync(target, verdict, onChanged, isGap: !first, cancellationToken))
                {
                    return;
                }

                if (_time.GetElapsedTime(began) >= s_goodStream)
                {
                    pause.Reset();
                }

                await pause.WaitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody wants to know any more.
        }
    }

    /// <summary>One stream from its opening to its end; false when the upstream offers none.</summary>
    private async Task<bool> ListenOnceAsync(
        UpstreamTarget target, UpstreamVerdict verdict, Action<ChangedLists> onChanged, bool isGap, CancellationToken cancellationToken)
    {
        await using var client = new HttpUpstreamClient(_exchange, target.Endpoint, _options.DiscoveryTimeout);
        try
        {
            using var stream = verdict.Era == Era.Modern
                ? await SubscribeAsync(target.Endpoint, verdict, cancellationToken)
                : await GetAsync(target.Endpoint, client, cancellationToken);
            if (isGap)
            {
                onChanged(ChangedLists.None);
            }

            while (await stream.ReadAsync(cancellationToken) is { } received)
            {
                if (!received.IsMessage || EnvelopeScanner.Scan(received.Data.Span, out var envelope) != EnvelopeFault.None)
                {
                    continue;
                }

                switch (envelope.Method)
                {
                    case McpMethod.NotificationToolsListChanged or McpMethod.NotificationPromptsListChanged or McpMethod.NotificationResourcesListChanged:
                        onChanged(UpstreamNews.ListOf(envelope.Method));
                        break;
                    case McpMethod.Ping when envelope.Kind == MessageKind.Request:
                        await client.AnswerAsync(RpcMessages.Result(envelope.Id.Slice(received.Data.Span), "{}"u8), cancellationToken);
                        break;
                    default:
                        break;
                }
            }
        }
        catch (UpstreamException failed) when (failed.Failure.HttpStatus is 404 or 405 or 501 && failed.Failure.Fault != UpstreamFault.SessionLost)
        {
            return false;
        }
        catch (UpstreamException)
        {
            // Down, or the stream broke: the upstream's health is watched elsewhere.
        }

        return true;
    }

    private async Task<HttpEventStream> GetAsync(HttpEndpoint endpoint, HttpUpstreamClient client, CancellationToken cancellationToken)
    {
        var (verdict, failure, _) = await UpstreamHandshake.InitializeAsync(client, ClientCapabilities.None, cancellationToken);
        return verdict is null
            ? throw new UpstreamException(failure!)
            : await _exchange.OpenSessionStreamAsync(endpoint, client.ProtocolVersion, client.SessionId, cancellationToken);
    }

    private Task<HttpEventStream> SubscribeAsync(HttpEndpoint endpoint, UpstreamVerdict verdict, CancellationToken cancellationToken)
    {
        const string method = "subscriptions/listen";
        var message = RpcMessages.Request(1, method, writer =>
        {
            writer.WriteStartObject("notifications");
            foreach (var (capability, filter) in s_lists.Where(list => verdict.TellsChangesOf(list.Capability)))
            {
                writer.WriteBoolean(filter, true);
            }

            writer.WriteEndObject();
            UpstreamClient.WriteMeta(writer);
        });
        return _exchange.OpenStreamAsync(
            endpoint, new HttpMessage(message, method, Modern: true, UpstreamHandshake.ModernVersion, null), cancellationToken);
    }
}

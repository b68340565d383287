using System.Diagnostics;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Gateway.Routing;
using McpGateway.Gateway.Telemetry;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Telemetry;

/// <summary>A client's request as traces and metrics show it: the server's side. There is none while nobody listens.</summary>
internal sealed class RequestTrace : IDisposable
{
    private const int LongestValue = 256;

    private readonly McpExchange _exchange;
    private readonly Activity? _activity;
    private ItemRoute? _route;
    private string? _error;
    private int _code;

    private RequestTrace(McpExchange exchange, Activity? activity) => (_exchange, _activity) = (exchange, activity);

    /// <summary>Whether anybody listens.</summary>
    public static bool IsWanted => GatewayTelemetry.ServerOperation.Enabled || GatewayTelemetry.Source.HasListeners();

    /// <summary>Begins it, as the ambient span of the caller's flow, at the time when the request arrived.</summary>
    public static RequestTrace Begin(McpExchange exchange)
    {
        var context = TraceContext.Of(exchange);
        var transport = TraceContext.OfHeaders(exchange.Headers);
        // The message's own context is the parent; that of the HTTP request that brought it is linked (semantic conventions for MCP).
        ActivityLink[]? links = transport.Parent is null || string.Equals(transport.Parent, context.Parent, StringComparison.Ordinal)
            ? null
            : [new ActivityLink(transport.ToParent())];
        var activity = GatewayTelemetry.Source.StartActivity(
            OperationTags.NameOf(exchange.Envelope.Method),
            ActivityKind.Server,
            context.ToParent(),
            tags: null,
            links);
        activity?.SetStartTime(activity.StartTimeUtc - Stopwatch.GetElapsedTime(exchange.Clock.StartedAt));
        var trace = new RequestTrace(exchange, activity);
        if (activity is { IsAllDataRequested: true })
        {
            trace.Describe(activity);
        }

        return trace;
    }

    /// <summary>What the request names exists, and its caller may see it; null for a request that names nothing.</summary>
    public void Found(ItemRoute? route) => _route = route;

    /// <summary>The gateway refused the request, or answered it with an error.</summary>
    public void Failed(int code)
    {
        _code = code;
        _error = OperationTags.CodeText(code);
    }

    /// <summary>An upstream's answer was relayed, or there is none.</summary>
    public void Ended(in RelayOutcome outcome)
    {
        _error = OperationTags.ErrorOf(outcome) ?? _error;
        _code = outcome.ErrorCode != 0 ? outcome.ErrorCode : _code;
    }

    public void Dispose()
    {
        var tags = new TagList
        {
            { OperationTags.Method, OperationTags.NameOf(_exchange.Envelope.Method) },
            { OperationTags.Protocol, _exchange.Revision.Text() },
            { OperationTags.Transport, "tcp" },
            { OperationTags.NetworkProtocol, "http" },
            { OperationTags.VirtualServer, _exchange.Server.Header.ServerId },
        };
        OperationTags.AddTarget(ref tags, _route, _route?.Entry.ExposedName);
        if (_error is not null)
        {
            tags.Add(OperationTags.Error, _error);
        }

        if (_code != 0)
        {
            tags.Add(OperationTags.Status, OperationTags.CodeText(_code));
        }

        GatewayTelemetry.ServerOperation.Record(Stopwatch.GetElapsedTime(_exchange.Clock.StartedAt).TotalSeconds, tags);
        if (_activity is { } activity)
        {
            End(activity, tags);
        }
    }

    private void End(Activity activity, in TagList tags)
    {
        foreach (var tag in tags)
        {
            activity.SetTag(tag.Key, tag.Value);
        }

        if (OperationTags.TargetOf(_route, _route?.Entry.ExposedName) is { } target)
        {
            activity.DisplayName = $"{activity.DisplayName} {target}";
        }

        if (_error is not null)
        {
            activity.SetStatus(ActivityStatusCode.Error);
        }

        activity.Dispose();
    }

    private void Describe(Activity activity)
    {
        ref readonly var envelope = ref _exchange.Envelope;
        activity.SetTag(OperationTags.RequestId, Shortened(_exchange.Envelope.IdKind == IdKind.String ? JsonStringBytes.GetString(_exchange.Id) : System.Text.Encoding.UTF8.GetString(_exchange.Id)));
        activity.SetTag(OperationTags.NetworkVersion, _exchange.Http?.Request.Protocol is { } protocol ? protocol[(protocol.IndexOf('/', StringComparison.Ordinal) + 1)..] : null);
        activity.SetTag(OperationTags.ClientAddress, _exchange.Admission.Address?.ToString());
        // The key alone opens nothing: what the client holds is sealed and bound to it.
        activity.SetTag(OperationTags.Session, _exchange.Session?.Id.Key);
        if (envelope.Uri.IsPresent && envelope.Method is McpMethod.ResourcesRead or McpMethod.ResourcesSubscribe or McpMethod.ResourcesUnsubscribe)
        {
            activity.SetTag(OperationTags.ResourceUri, Shortened(JsonStringBytes.GetString(_exchange.Slice(envelope.Uri))));
        }
    }

    private static string Shortened(string text) => text.Length <= LongestValue ? text : text[..LongestValue];
}

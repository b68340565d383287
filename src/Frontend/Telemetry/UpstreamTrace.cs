using System.Diagnostics;
using System.Text;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Relay;
using McpGateway.Gateway.Telemetry;

namespace McpGateway.Frontend.Telemetry;

/// <summary>A request to an upstream as traces and metrics show it: the client's side. There is none while nobody listens.</summary>
internal sealed class UpstreamTrace : IDisposable
{
    private readonly UpstreamCall _call;
    private readonly Activity? _activity;
    private readonly long _beganAt = Stopwatch.GetTimestamp();
    private string? _error;
    private int _code;
    private bool _ended;

    private UpstreamTrace(UpstreamCall call, Activity? activity) => (_call, _activity) = (call, activity);

    /// <summary>Whether anybody listens.</summary>
    public static bool IsWanted => GatewayTelemetry.ClientOperation.Enabled || GatewayTelemetry.Source.HasListeners();

    /// <summary>Begins it; from here on the upstream is told of this span as its parent.</summary>
    public static UpstreamTrace Begin(UpstreamCall call)
    {
        var method = OperationTags.NameOf(call.Exchange.Envelope.Method);
        var target = OperationTags.TargetOf(call.Route, call.Route?.Entry.OriginalName);
        var activity = GatewayTelemetry.Source.StartActivity(target is null ? method : $"{method} {target}", ActivityKind.Client);
        if (activity is not null)
        {
            call.Trace(activity);
        }

        return new UpstreamTrace(call, activity);
    }

    public void Ended(in RelayOutcome outcome)
    {
        _ended = true;
        _error = OperationTags.ErrorOf(outcome);
        _code = outcome.ErrorCode;
    }

    public void Dispose()
    {
        if (!_ended)
        {
            // It was stopped from outside.
            _error = _call.Running.IsCancelledByClient || _call.Running.ClientGone.IsCancellationRequested ? "cancelled" : "timeout";
        }

        var tags = Tags();
        GatewayTelemetry.ClientOperation.Record(Stopwatch.GetElapsedTime(_beganAt).TotalSeconds, tags);
        if (_activity is not { } activity)
        {
            return;
        }

        foreach (var tag in tags)
        {
            activity.SetTag(tag.Key, tag.Value);
        }

        activity.SetTag(OperationTags.RequestId, Encoding.UTF8.GetString(_call.UpstreamId).Trim('"'));
        if (_error is not null)
        {
            activity.SetStatus(ActivityStatusCode.Error);
        }

        activity.Dispose();
    }

    private TagList Tags()
    {
        var link = _call.Link;
        var isPipe = link.Route.Transport == TransportKind.Stdio;
        var tags = new TagList
        {
            { OperationTags.Method, OperationTags.NameOf(_call.Exchange.Envelope.Method) },
            { OperationTags.Protocol, link.Route.ProtocolVersion },
            { OperationTags.Transport, isPipe ? "pipe" : "tcp" },
            { OperationTags.Upstream, link.Route.Name },
        };
        if (link.Uri is { } uri)
        {
            tags.Add(OperationTags.NetworkProtocol, "http");
            tags.Add(OperationTags.ServerAddress, uri.Host);
            tags.Add(OperationTags.ServerPort, uri.Port);
        }

        OperationTags.AddTarget(ref tags, _call.Route, _call.Route?.Entry.OriginalName);
        if (_error is not null)
        {
            tags.Add(OperationTags.Error, _error);
        }

        if (_code != 0)
        {
            tags.Add(OperationTags.Status, OperationTags.CodeText(_code));
        }

        return tags;
    }
}

using System.Text.Json;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Metrics;

namespace McpGateway.Frontend.Admin.Answers;

/// <summary>Counts of one thing. Times are in milliseconds.</summary>
/// <param name="Name">Null for what was deleted.</param>
/// <param name="Failures">Calls that ended in a protocol error, an unreachable server or a time-out.</param>
/// <param name="ToolErrors">Calls that a tool answered with <c>isError</c>; not part of the failures.</param>
internal sealed record SeriesAnswer(
    string Id,
    string? Name,
    long Calls,
    long Failures,
    long ToolErrors,
    double FailureRate,
    double AverageMs,
    double P50Ms,
    double P95Ms,
    double P99Ms,
    DateTimeOffset? LastUse)
{
    public static SeriesAnswer Of(SeriesSummary summary, string? name) => new(
        summary.Id,
        name,
        summary.Calls,
        summary.Failures,
        summary.ToolErrors,
        summary.Calls == 0 ? 0 : Math.Round((double)(summary.Failures + summary.ToolErrors) / summary.Calls, 4),
        summary.AverageMilliseconds,
        summary.P50Milliseconds,
        summary.P95Milliseconds,
        summary.P99Milliseconds,
        summary.LastUse);
}

/// <summary>Totals of all calls, and the most used of each kind.</summary>
internal sealed record MetricsAnswer(
    DateTimeOffset? Since,
    SeriesAnswer Totals,
    SeriesAnswer[] Tools,
    SeriesAnswer[] Prompts,
    SeriesAnswer[] Resources,
    SeriesAnswer[] Servers,
    SeriesAnswer[] Gateways,
    SeriesAnswer[] Tokens);

/// <summary>One administrative change.</summary>
internal sealed record AuditAnswer(
    long Id,
    DateTimeOffset At,
    string ActorId,
    string ActorName,
    string? TokenId,
    string? Address,
    string RequestId,
    string Action,
    string TargetKind,
    string TargetId,
    string TargetName,
    JsonElement? Detail)
{
    public static AuditAnswer Of(AuditView view) => new(
        view.Id,
        view.At,
        view.ActorId,
        view.ActorName,
        view.TokenId,
        view.Address,
        view.RequestId,
        view.Action,
        view.TargetKind,
        view.TargetId,
        view.TargetName,
        view.Detail is null ? null : ParseDetail(view.Detail));

    private static JsonElement ParseDetail(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}

/// <param name="Status"><c>ok</c>.</param>
internal sealed record HealthAnswer(string Status);

internal sealed record VersionAnswer(string Name, string Version, string Runtime);

/// <summary>Something was done of which nothing is left to show.</summary>
internal sealed record DoneAnswer(string Status, string Message);

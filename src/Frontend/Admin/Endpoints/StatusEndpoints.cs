using System.Reflection;
using System.Runtime.InteropServices;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Admin.Answers;
using McpGateway.Frontend.Feed;
using McpGateway.Gateway.Hosting;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Admin.Endpoints;

/// <summary><c>/startup</c>, <c>/health</c>, <c>/ready</c>, <c>/version</c>: open to everybody, so they say little.</summary>
internal static class StatusEndpoints
{
    private const string Tag = "Status";

    private static readonly VersionAnswer s_version = new(
        "McpGateway",
        typeof(StatusEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0",
        RuntimeInformation.FrameworkDescription);

    public static void Map(RouteGroupBuilder routes)
    {
        // It listens only when everything has started.
        routes.MapGet("/startup", () => TypedResults.Json(new HealthAnswer("ok"), AdminJson.Default.HealthAnswer))
            .WithTags(Tag).WithSummary("The process has started").Gives<HealthAnswer>();
        routes.MapGet("/health", () => TypedResults.Json(new HealthAnswer("ok"), AdminJson.Default.HealthAnswer))
            .WithTags(Tag).WithSummary("The process runs").Gives<HealthAnswer>();
        routes.MapGet("/ready", Ready).WithTags(Tag).WithSummary("Requests can be served: this node hears of every change, or (`offline`) has until lately and serves what it knows")
            .Gives<HealthAnswer>().Problems(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/version", () => TypedResults.Json(s_version, AdminJson.Default.VersionAnswer))
            .WithTags(Tag).WithSummary("Which version this is").Gives<VersionAnswer>();
    }

    // A node that has lost the feed serves on from what it knows, for a while. As all nodes lose it together, none must be taken out of service for it:
    // nothing would be left. A node that stops finishes what runs and shall get nothing new.
    private static IResult Ready(FeedStatus feed, IOptions<AccessOptions> access, Departure departure) =>
        departure.IsLeaving
            ? Problems.Of(StatusCodes.Status503ServiceUnavailable, "This node stops.")
            : feed.IsLive ? TypedResults.Json(new HealthAnswer("ok"), AdminJson.Default.HealthAnswer)
            : feed.MayServe(access.Value.OfflineGrace) ? TypedResults.Json(new HealthAnswer("offline"), AdminJson.Default.HealthAnswer)
            : Problems.Of(StatusCodes.Status503ServiceUnavailable, "This node does not hear of changes at the moment.");
}

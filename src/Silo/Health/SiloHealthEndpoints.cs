namespace McpGateway.Silo.Health;

/// <summary><c>/health</c>, <c>/ready</c>, <c>/startup</c>: all that a silo answers over HTTP.</summary>
internal static class SiloHealthEndpoints
{
    public static IServiceCollection AddSiloHealth(this IServiceCollection services) => services
        .AddSingleton<SiloHealth>()
        .AddSingleton<MembershipWatch>()
        .AddHostedService(static provider => provider.GetRequiredService<MembershipWatch>());

    public static void MapSiloHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", (SiloHealth health) => Answer(health.Death));
        routes.MapGet("/startup", (SiloHealth health) => Answer(health.Start));
        routes.MapGet("/ready", async (SiloHealth health, CancellationToken cancellationToken) => Answer(await health.FindObstacleAsync(cancellationToken)));
    }

    private static IResult Answer(string? obstacle) => obstacle is null
        ? TypedResults.Json(new HealthAnswer("ok", null))
        : TypedResults.Json(new HealthAnswer("unavailable", obstacle), statusCode: StatusCodes.Status503ServiceUnavailable);

    private sealed record HealthAnswer(string Status, string? Reason);
}

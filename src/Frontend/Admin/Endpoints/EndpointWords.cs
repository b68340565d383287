using McpGateway.Frontend.Admin.Answers;
using McpGateway.Frontend.Admin.Requests;

namespace McpGateway.Frontend.Admin.Endpoints;

/// <summary>What the OpenAPI document says of an endpoint, said where it is mapped.</summary>
internal static class EndpointWords
{
    public static RouteHandlerBuilder Says(this RouteHandlerBuilder endpoint, string tag, string summary) =>
        endpoint.WithTags(tag).WithSummary(summary).Problems(StatusCodes.Status401Unauthorized);

    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, RequestShape shape) => endpoint.WithMetadata(shape)
        .Problems(
            StatusCodes.Status400BadRequest,
            StatusCodes.Status413PayloadTooLarge,
            StatusCodes.Status415UnsupportedMediaType,
            StatusCodes.Status422UnprocessableEntity);

    public static RouteHandlerBuilder Asks(this RouteHandlerBuilder endpoint, QueryShape shape) => endpoint.WithMetadata(shape);

    public static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statusCodes)
    {
        foreach (var statusCode in statusCodes.IsEmpty ? [StatusCodes.Status200OK] : statusCodes)
        {
            endpoint.Produces<T>(statusCode);
        }

        return endpoint;
    }

    public static RouteHandlerBuilder Problems(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statusCodes)
    {
        foreach (var statusCode in statusCodes)
        {
            endpoint.Produces<Problem>(statusCode, "application/problem+json");
        }

        return endpoint;
    }
}

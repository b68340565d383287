using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace McpGateway.Frontend.Admin.OpenApi;

/// <summary>The OpenAPI document: what the framework knows of the endpoints, and what our request shapes know of bodies and queries.</summary>
internal static class ApiDocument
{
    private const string Bearer = "bearer";

    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = static description => description.ActionDescriptor.EndpointMetadata.OfType<ITagsMetadata>().Any();
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "McpGateway",
                Version = "v1",
                Description = "Every path also exists under /v1. Bodies may be camelCase or snake_case, flat or wrapped; lists are arrays whose "
                    + "next page stands in the Link header; errors are problem details (RFC 9457).",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = Bearer,
                Description = "An API token (POST /tokens) or a sign-in (POST /auth/login).",
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(static (operation, context, _) =>
        {
            foreach (var metadata in context.Description.ActionDescriptor.EndpointMetadata)
            {
                switch (metadata)
                {
                    case Requests.RequestShape shape:
                        operation.RequestBody = ShapeSchemas.Body(shape);
                        break;
                    case Requests.QueryShape shape:
                        operation.Parameters = [.. operation.Parameters ?? [], .. ShapeSchemas.Parameters(shape)];
                        break;
                }
            }

            return Task.CompletedTask;
        });
    }
}

using System.Text.Json.Serialization.Metadata;
using McpGateway.Abstractions.Administration;
using Microsoft.AspNetCore.Http.Extensions;

namespace McpGateway.Frontend.Admin.Answers;

/// <summary>Lists are plain arrays; where they go on stands in the headers.</summary>
internal static class Lists
{
    public const string TotalHeader = "X-Total-Count";

    public static IResult Answer<TView, TAnswer>(HttpContext context, Page<TView> page, Func<TView, TAnswer> answer, JsonTypeInfo<TAnswer[]> type)
    {
        SetHeaders(context, page.NextCursor, page.Total);
        return TypedResults.Json([.. page.Items.OrEmpty().Select(answer)], type);
    }

    public static void SetHeaders(HttpContext context, string? nextCursor, int total)
    {
        context.Response.Headers[TotalHeader] = total.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (nextCursor is not null)
        {
            context.Response.Headers.Link = $"<{NextPage(context.Request, nextCursor)}>; rel=\"next\"";
        }
    }

    // Relative to the path, so that it is right behind any proxy.
    private static string NextPage(HttpRequest request, string cursor)
    {
        var query = new QueryBuilder(request.Query.Where(pair => !pair.Key.Equals("cursor", StringComparison.OrdinalIgnoreCase)))
        {
            { "cursor", cursor },
        };
        return $"{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}{query.ToQueryString().ToUriComponent()}";
    }
}

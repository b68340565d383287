namespace McpGateway.Frontend.Admin.Requests;

/// <summary>The <c>Warning</c> header, by which an answer says what of the request had no effect.</summary>
internal static class Warnings
{
    public static void Ignored(HttpContext context, string what, IReadOnlyCollection<string> names)
    {
        if (names.Count > 0)
        {
            var text = string.Join(", ", names.Select(Clean));
            context.Response.Headers.Append("Warning", $"199 mcpgateway \"Ignored {what}: {text}\"");
        }
    }

    // Names come from the request: only what a quoted string in a header may hold.
    private static string Clean(string name) =>
        string.Concat(name.Take(60).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '-' or '[' or ']' ? letter : '?'));
}

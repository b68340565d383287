namespace McpGateway.Dashboard.Authentication;

/// <summary>Where to go after sign-in: a page of ours, whatever the link said.</summary>
internal static class ReturnUrl
{
    public const string Default = "/ui";

    /// <summary>The address itself if it is local and under <c>/ui</c>, else <see cref="Default"/>.</summary>
    public static string Safe(string? url)
    {
        if (url is null || url.Length > 2048 || !url.StartsWith(Default, StringComparison.Ordinal)
            || (url.Length > Default.Length && url[Default.Length] is not ('/' or '?' or '#'))
            || url.Any(c => c <= ' ' || c >= 127 || c == '\\'))
        {
            return Default;
        }

        // Browsers resolve dot segments, plain or escaped, before they ask; such a path may leave /ui.
        var path = url.AsSpan(0, url.AsSpan().IndexOfAny('?', '#') is var end and >= 0 ? end : url.Length);
        var leaves = path.Contains("..", StringComparison.Ordinal) || path.Contains("%2e", StringComparison.OrdinalIgnoreCase);
        return leaves || path.StartsWith(DashboardAuthentication.SignInPath, StringComparison.Ordinal)
            || path.StartsWith(DashboardAuthentication.SignOutPath, StringComparison.Ordinal)
            ? Default
            : url;
    }
}

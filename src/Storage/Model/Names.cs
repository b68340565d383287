namespace McpGateway.Storage.Model;

/// <summary>The forms of a text that comparisons work on, the same on both databases.</summary>
public static class Names
{
    /// <summary>The form under which names and e-mail addresses are unique.</summary>
    public static string Normalize(string name) => name.Trim().ToUpperInvariant();

    /// <summary>The form in which searches look for a text; a searched-for text takes the same form.</summary>
    public static string Searchable(params ReadOnlySpan<string?> parts) =>
        string.Join('\n', parts).ToLowerInvariant();
}

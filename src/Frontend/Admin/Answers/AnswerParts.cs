using System.Collections.Immutable;

namespace McpGateway.Frontend.Admin.Answers;

internal static class AnswerParts
{
    /// <summary>An array that may be written: a default one, from an older node, counts as empty.</summary>
    public static T[] OrEmpty<T>(this ImmutableArray<T> items) => items.IsDefaultOrEmpty ? [] : [.. items];
}

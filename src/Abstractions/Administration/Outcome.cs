using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Orleans;

namespace McpGateway.Abstractions.Administration;

/// <summary>Why an administrative call did not happen. Nothing was changed.</summary>
[GenerateSerializer]
public enum RefusalKind
{
    /// <summary>The input breaks a rule: 400, or 422 where a field is named.</summary>
    Invalid,

    /// <summary>Not signed in, or the credentials are wrong: 401.</summary>
    Unauthenticated,

    /// <summary>The caller may see the thing but not do this: 403.</summary>
    Forbidden,

    /// <summary>Unknown, or not visible to the caller: 404, the same for both.</summary>
    NotFound,

    /// <summary>In conflict with what exists, such as a duplicate name: 409.</summary>
    Conflict,

    /// <summary>Too many, too fast: 429.</summary>
    Limited,

    /// <summary>Cannot be done now, try again: 503.</summary>
    Unavailable,
}

/// <summary>A refusal, with messages for people.</summary>
/// <param name="Kind">Decides the HTTP status.</param>
/// <param name="Detail">One sentence: what is wrong and what to do.</param>
/// <param name="Errors">Field name (as in the API, snake_case) → messages.</param>
[GenerateSerializer, Immutable]
public sealed record Refusal(RefusalKind Kind, string Detail, ImmutableDictionary<string, ImmutableArray<string>> Errors)
{
    public static Refusal NotFound(string what, string id) => new(RefusalKind.NotFound, $"There is no {what} with the id '{id}'.", Empty);

    public static Refusal Forbidden(string permission) =>
        new(RefusalKind.Forbidden, $"This needs the permission '{permission}'.", Empty);

    public static Refusal Invalid(string field, string message) =>
        new(RefusalKind.Invalid, $"{field}: {message}", Empty.Add(field, [message]));

    public static Refusal Conflict(string field, string message) =>
        new(RefusalKind.Conflict, $"{field}: {message}", Empty.Add(field, [message]));

    public static Refusal Unavailable(string detail) => new(RefusalKind.Unavailable, detail, Empty);

    private static ImmutableDictionary<string, ImmutableArray<string>> Empty => ImmutableDictionary<string, ImmutableArray<string>>.Empty;
}

/// <summary>Either a value or the reason why there is none.</summary>
[GenerateSerializer, Immutable]
public sealed record Outcome<T>(T? Value, Refusal? Refusal)
{
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool Succeeded => Refusal is null;

#pragma warning disable CA2225 // The constructor is the named alternative.
    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
#pragma warning restore CA2225
}

/// <summary>Which page of a list. Lists are ordered so that a cursor, the last key of the page before, never goes stale.</summary>
/// <param name="Limit">1 to 500.</param>
/// <param name="Cursor">What the page before gave as its next cursor; null for the first page.</param>
[GenerateSerializer, Immutable]
public sealed record PageRequest(int Limit = 50, string? Cursor = null)
{
    public const int MaxLimit = 500;
}

/// <summary>One page. <paramref name="NextCursor"/> is null on the last one.</summary>
/// <param name="Total">How many there are in all under the same filter.</param>
[GenerateSerializer, Immutable]
public sealed record Page<T>(ImmutableArray<T> Items, string? NextCursor, int Total);

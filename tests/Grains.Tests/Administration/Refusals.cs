using System.Text.Json;
using McpGateway.Abstractions.Administration;

namespace McpGateway.Grains.Tests.Administration;

internal static class Refusals
{
    /// <summary>The value of an outcome that must have one.</summary>
    public static T Value<T>(this Outcome<T> outcome)
    {
        outcome.Refusal.ShouldBeNull(outcome.Refusal is { } refusal ? $"{refusal.Detail} {string.Join("; ", refusal.Errors.SelectMany(e => e.Value))}" : null);
        return outcome.Value!;
    }

    public static Refusal ShouldBeRefused<T>(this Outcome<T> outcome, RefusalKind kind)
    {
        outcome.Refusal.ShouldNotBeNull().Kind.ShouldBe(kind, outcome.Refusal.Detail);
        return outcome.Refusal;
    }

    /// <summary>Refused as invalid because of this field, with a message that has this in it.</summary>
    public static void ShouldBeRefused<T>(this Outcome<T> outcome, string field, string text)
    {
        var refusal = outcome.ShouldBeRefused(RefusalKind.Invalid);
        refusal.Errors.ShouldContainKey(field);
        string.Join(" ", refusal.Errors[field]).ShouldContain(text);
    }

    /// <summary>Compares all that a view shows.</summary>
    public static void ShouldBeTheSameAs<T>(this T actual, T expected) =>
        JsonSerializer.Serialize(actual).ShouldBe(JsonSerializer.Serialize(expected));
}

using System.Collections.Immutable;
using System.Text.Json;
using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>What a client wants to be told of, or the part of it that it is told of (spec 2026-07-28, <c>SubscriptionFilter</c>).</summary>
/// <param name="Uris">Resources, as clients see them.</param>
internal sealed record SubscriptionFilter(ChangedLists Lists, ImmutableArray<string> Uris)
{
    /// <summary>Resources that one stream may watch.</summary>
    public const int MaxUris = 100;

    private static readonly (string Member, ChangedLists List)[] s_lists =
    [
        ("toolsListChanged", ChangedLists.Tools),
        ("promptsListChanged", ChangedLists.Prompts),
        ("resourcesListChanged", ChangedLists.Resources),
    ];

    /// <summary>Reads <c>params.notifications</c>. Members that we do not know are passed over, as the acknowledgement shows.</summary>
    /// <param name="problem">What is wrong with it, when the answer is null.</param>
    public static SubscriptionFilter? Read(ReadOnlySpan<byte> notifications, out string problem)
    {
        if (notifications.IsEmpty || notifications[0] != (byte)'{')
        {
            problem = "params.notifications: must be an object that names what the client wants to be told of.";
            return null;
        }

        var reader = new Utf8JsonReader(notifications);
        using var document = JsonDocument.ParseValue(ref reader);
        var lists = ChangedLists.None;
        foreach (var (member, list) in s_lists)
        {
            if (!document.RootElement.TryGetProperty(member, out var wanted))
            {
                continue;
            }

            if (wanted.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                problem = $"params.notifications.{member}: must be true or false.";
                return null;
            }

            lists |= wanted.ValueKind == JsonValueKind.True ? list : ChangedLists.None;
        }

        problem = "";
        return ReadUris(document.RootElement, ref problem) is { } uris ? new SubscriptionFilter(lists, uris) : null;
    }

    /// <summary>Writes it as a JSON object; what is not wanted is left out.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var (member, list) in s_lists)
        {
            if (Lists.HasFlag(list))
            {
                writer.WriteBoolean(member, true);
            }
        }

        if (!Uris.IsEmpty)
        {
            writer.WriteStartArray("resourceSubscriptions");
            foreach (var uri in Uris)
            {
                writer.WriteStringValue(uri);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static ImmutableArray<string>? ReadUris(JsonElement notifications, ref string problem)
    {
        if (!notifications.TryGetProperty("resourceSubscriptions", out var wanted))
        {
            return [];
        }

        if (wanted.ValueKind != JsonValueKind.Array || wanted.EnumerateArray().Any(uri => uri.ValueKind != JsonValueKind.String))
        {
            problem = "params.notifications.resourceSubscriptions: must be an array of URIs.";
            return null;
        }

        var uris = wanted.EnumerateArray().Select(uri => uri.GetString()!).Distinct(StringComparer.Ordinal).ToImmutableArray();
        if (uris.Length > MaxUris)
        {
            problem = $"params.notifications.resourceSubscriptions: may name {MaxUris} resources at most.";
            return null;
        }

        return uris;
    }
}

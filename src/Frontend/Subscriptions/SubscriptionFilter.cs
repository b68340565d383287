using System.Collections.Immutable;
using System.Text.Json;
using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>What a client wants to be told of, or the part of it that it is told of (spec 2026-07-28, <c>SubscriptionFilter</c>).</summary>
/// <param name="Uris">Resources, as clients see them.</param>
/// <param name="TaskIds">Tasks (extension <c>io.modelcontextprotocol/tasks</c>), as clients know them.</param>
internal sealed record SubscriptionFilter(ChangedLists Lists, ImmutableArray<string> Uris, ImmutableArray<string> TaskIds)
{
    /// <summary>Resources that one stream may watch.</summary>
    public const int MaxUris = 100;

    /// <summary>Tasks that one stream may watch.</summary>
    public const int MaxTasks = 20;

    /// <summary>Characters of a URI, or of a task's id, that may be watched: it is kept as long as it is.</summary>
    public const int MaxUriLength = 4_096;

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
        return ReadTexts(document.RootElement, "resourceSubscriptions", MaxUris, ref problem) is { } uris
            && ReadTexts(document.RootElement, "taskIds", MaxTasks, ref problem) is { } tasks
                ? new SubscriptionFilter(lists, uris, tasks)
                : null;
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

        WriteTexts(writer, "resourceSubscriptions", Uris);
        WriteTexts(writer, "taskIds", TaskIds);
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string member, ImmutableArray<string> texts)
    {
        if (texts.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray(member);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static ImmutableArray<string>? ReadTexts(JsonElement notifications, string member, int most, ref string problem)
    {
        if (!notifications.TryGetProperty(member, out var wanted))
        {
            return [];
        }

        if (wanted.ValueKind != JsonValueKind.Array || wanted.EnumerateArray().Any(text => text.ValueKind != JsonValueKind.String))
        {
            problem = $"params.notifications.{member}: must be an array of strings.";
            return null;
        }

        var texts = wanted.EnumerateArray().Select(text => text.GetString()!).Distinct(StringComparer.Ordinal).ToImmutableArray();
        if (texts.Length > most)
        {
            problem = $"params.notifications.{member}: may have {most} entries at most.";
            return null;
        }

        if (texts.Any(text => text.Length > MaxUriLength))
        {
            problem = $"params.notifications.{member}: an entry may have {MaxUriLength} characters at most.";
            return null;
        }

        return texts;
    }
}

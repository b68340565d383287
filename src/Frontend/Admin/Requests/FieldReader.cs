using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace McpGateway.Frontend.Admin.Requests;

/// <summary>Reads a JSON object against a shape. Goes on after a mistake, so that one answer names all of them.</summary>
internal sealed class FieldReader(FieldErrors errors, ISet<string> ignored)
{
    /// <summary>Reads the body itself: flat, or wrapped with further fields beside the wrapper, as ContextForge's scripts write it.</summary>
    public RequestValues ReadRoot(JsonElement root, RequestShape shape)
    {
        var values = new Dictionary<string, object>();
        if (shape.Wrapper is { } wrapper && root.TryGetProperty(wrapper, out var inner) && inner.ValueKind == JsonValueKind.Object)
        {
            ReadInto(values, inner, shape, "", skip: null);
            ReadInto(values, root, shape, "", skip: wrapper);
        }
        else
        {
            ReadInto(values, root, shape, "", skip: null);
        }

        return new RequestValues(values);
    }

    private void ReadInto(Dictionary<string, object> values, JsonElement json, RequestShape shape, string prefix, string? skip)
    {
        foreach (var property in json.EnumerateObject())
        {
            var path = prefix + property.Name;
            var name = ToSnakeCase(property.Name);
            if (property.Name == skip)
            {
                continue;
            }

            if (shape.Find(name) is not { } field)
            {
                ReadUnknown(path, name, shape);
            }
            else if (property.Value.ValueKind != JsonValueKind.Null && ReadValue(property.Value, field, path) is { } value)
            {
                Keep(values, name, value, path);
            }
        }
    }

    // Twice is possible in both ways of writing a name, and inside and beside the wrapper; the same value twice does no harm.
    private void Keep(Dictionary<string, object> values, string name, object value, string path)
    {
        if (!values.TryAdd(name, value) && !values[name].Equals(value))
        {
            errors.Add(path, "is given twice with different values.");
        }
    }

    private void ReadUnknown(string path, string name, RequestShape shape)
    {
        if (shape.Ignores(name))
        {
            ignored.Add(path);
        }
        else
        {
            errors.Add(path, $"is not a field of this request. It may have: {string.Join(", ", shape.Fields.Select(field => field.Name))}.");
        }
    }

    /// <summary>The value, or null when it breaks a rule, which is then noted.</summary>
    private object? ReadValue(JsonElement json, Field field, string path) => field.Kind switch
    {
        FieldKind.Text => json.ValueKind == JsonValueKind.String ? json.GetString() : Wrong(path, "must be a text.", json),
        FieldKind.Number => json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var number)
            ? number
            : Wrong(path, "must be a whole number.", json),
        FieldKind.Flag => json.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? json.GetBoolean()
            : Wrong(path, "must be true or false.", json),
        FieldKind.Choice => ReadChoice(json, field, path),
        FieldKind.Texts => ReadTexts(json, field, path),
        FieldKind.TextMap => ReadTextMap(json, field, path),
        FieldKind.Object => json.ValueKind == JsonValueKind.Object
            ? ReadObject(json, field.Shape!, path)
            : Wrong(path, "must be an object.", json),
        FieldKind.ObjectMap => ReadObjectMap(json, field, path),
        FieldKind.EmptyOnly => IsEmpty(json) ? null : Refused(path),
        _ => throw new InvalidOperationException($"No reader for {field.Kind}."),
    };

    private object? Wrong(string path, string rule, JsonElement json)
    {
        errors.Add(path, $"{rule} It is {Describe(json)}.");
        return null;
    }

    private object? Refused(string path)
    {
        errors.Add(path, "is not supported yet, and leaving it out would lift the restriction. Remove it, or give it empty.");
        return null;
    }

    private RequestValues ReadObject(JsonElement json, RequestShape shape, string path)
    {
        var values = new Dictionary<string, object>();
        ReadInto(values, json, shape, path + ".", skip: null);
        return new RequestValues(values);
    }

    private object? ReadChoice(JsonElement json, Field field, string path)
    {
        if (json.ValueKind == JsonValueKind.String && field.Choices!.Knows(json.GetString()!))
        {
            return json.GetString();
        }

        return Wrong(path, $"must be one of {string.Join(", ", field.Choices!.Words)}.", json);
    }

    private object? ReadTexts(JsonElement json, Field field, string path)
    {
        if (field.SplitsText && json.ValueKind == JsonValueKind.String)
        {
            return json.GetString()!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToImmutableArray();
        }

        if (json.ValueKind != JsonValueKind.Array)
        {
            return Wrong(path, "must be a list of texts.", json);
        }

        var texts = ImmutableArray.CreateBuilder<string>(json.GetArrayLength());
        foreach (var (index, item) in json.EnumerateArray().Index())
        {
            if (item.ValueKind == JsonValueKind.String)
            {
                texts.Add(item.GetString()!);
            }
            else
            {
                Wrong($"{path}[{index}]", "must be a text.", item);
            }
        }

        return texts.Count == json.GetArrayLength() ? texts.ToImmutable() : null;
    }

    private object? ReadTextMap(JsonElement json, Field field, string path)
    {
        if (field.TakesPairs && json.ValueKind == JsonValueKind.Array)
        {
            return ReadPairs(json, path);
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            return Wrong(path, "must be an object of texts.", json);
        }

        var map = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var property in json.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.String)
            {
                map.Add(property.Name, property.Value.GetString()!);
            }
            else
            {
                Wrong($"{path}.{property.Name}", "must be a text.", property.Value);
            }
        }

        return map.ToImmutable();
    }

    private object? ReadPairs(JsonElement json, string path)
    {
        var map = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var (index, pair) in json.EnumerateArray().Index())
        {
            if (pair.ValueKind == JsonValueKind.Object
                && pair.TryGetProperty("key", out var key) && key.ValueKind == JsonValueKind.String
                && pair.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String)
            {
                if (!map.TryAdd(key.GetString()!, value.GetString()!))
                {
                    errors.Add($"{path}[{index}].key", $"'{key.GetString()}' is given twice.");
                }
            }
            else
            {
                Wrong($"{path}[{index}]", "must be an object with the texts key and value.", pair);
            }
        }

        return map.ToImmutable();
    }

    private object? ReadObjectMap(JsonElement json, Field field, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return Wrong(path, "must be an object of objects.", json);
        }

        var map = ImmutableDictionary.CreateBuilder<string, RequestValues>();
        foreach (var property in json.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Object)
            {
                map.Add(property.Name, ReadObject(property.Value, field.Shape!, $"{path}.{property.Name}"));
            }
            else
            {
                Wrong($"{path}.{property.Name}", "must be an object.", property.Value);
            }
        }

        return map.ToImmutable();
    }

    private static bool IsEmpty(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => !json.EnumerateObject().Any(),
        JsonValueKind.Array => json.GetArrayLength() == 0,
        JsonValueKind.String => json.GetString()!.Length == 0,
        JsonValueKind.False => true,
        _ => false,
    };

    private static string Describe(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.True or JsonValueKind.False => json.GetRawText(),
        JsonValueKind.Number => $"the number {Shorten(json.GetRawText())}",
        JsonValueKind.String => $"the text '{Shorten(json.GetString()!)}'",
        _ => "null",
    };

    private static string Shorten(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "…");

    /// <summary><c>authToken</c> → <c>auth_token</c>; what is in snake_case already stays.</summary>
    internal static string ToSnakeCase(string name)
    {
        if (!name.Any(char.IsAsciiLetterUpper))
        {
            return name;
        }

        var snake = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter))
            {
                snake.Append('_');
            }

            snake.Append(char.ToLowerInvariant(letter));
        }

        return snake.ToString();
    }
}

using System.Text.Json;

namespace McpGateway.Grains.Seam;

/// <summary>Copies arguments, answers and items through a serializer, so that tests see what a process boundary would do to them.</summary>
internal static class WireCopy
{
    public static T Copy<T>(T value) => (T)Copy(value, typeof(T))!;

    private static object? Copy(object? value, Type type)
    {
        if (value is null || type == typeof(ValueTuple))
        {
            return value;
        }

        // Several arguments travel as a tuple, which is no wire type itself.
        if (type.FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal))
        {
            foreach (var field in type.GetFields())
            {
                field.SetValue(value, Copy(field.GetValue(value), field.FieldType));
            }

            return value;
        }

        return JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(value, type, WireJson.Options), type, WireJson.Options);
    }
}

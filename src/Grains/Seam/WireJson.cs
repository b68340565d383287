using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace McpGateway.Grains.Seam;

/// <summary>The JSON of stored states, and of the copies that the embedded host makes in tests. It takes every wire type.</summary>
internal static class WireJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        Converters = { new ImmutableArrayConverterFactory() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { AddDerivedTypes } },
    };

    // Orleans writes the real type of a record; JSON has to be told which there are.
    private static void AddDerivedTypes(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object || info.Type.IsSealed || info.PolymorphismOptions is not null)
        {
            return;
        }

        var polymorphism = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "$type" };
        var derived = info.Type.Assembly.GetTypes().Where(type => type.IsSubclassOf(info.Type));
        foreach (var type in derived.Where(static type => type is { IsAbstract: false, IsGenericType: false }))
        {
            polymorphism.DerivedTypes.Add(new JsonDerivedType(type, type.FullName!));
        }

        if (polymorphism.DerivedTypes.Count > 0)
        {
            info.PolymorphismOptions = polymorphism;
        }
    }

    /// <summary>As the framework's own, but an array that was never set stays so, where the framework's fails.</summary>
    private sealed class ImmutableArrayConverterFactory : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) =>
            typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(
                typeof(ImmutableArrayConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
    }

    private sealed class ImmutableArrayConverter<T> : JsonConverter<ImmutableArray<T>>
    {
        public override bool HandleNull => true;

        public override ImmutableArray<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<T[]>(ref reader, options) is { } items ? [.. items] : default;

        public override void Write(Utf8JsonWriter writer, ImmutableArray<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.IsDefault ? null : value.ToArray(), options);
    }
}

using Microsoft.CodeAnalysis;

namespace McpGateway.GrainProxies;

/// <summary>Which types may cross a grain boundary: plain values, immutable collections of such, and marked records made of such.</summary>
internal static class WireTypes
{
    /// <summary>Why the type may not cross, or null if it may.</summary>
    public static string? Refusal(ITypeSymbol type) => Refusal(type, new HashSet<ITypeSymbol>(SymbolEqualityComparer.Default));

    private static string? Refusal(ITypeSymbol type, HashSet<ITypeSymbol> seen)
    {
        if (IsPlain(type) || !seen.Add(type))
        {
            return null;
        }

        return type switch
        {
            IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte } => null,
            IArrayTypeSymbol => $"{Display(type)} is a mutable array; use ImmutableArray<T>",
            ITypeParameterSymbol => null, // Checked where the generic record is used.
            INamedTypeSymbol named when CollectionItems(named) is { } items => FirstRefusal(items, seen),
            INamedTypeSymbol named => RecordRefusal(named, seen),
            _ => $"{Display(type)} cannot cross a grain boundary",
        };
    }

    private static bool IsPlain(ITypeSymbol type) =>
        type.SpecialType is SpecialType.System_Boolean or SpecialType.System_Char or SpecialType.System_String
            or (>= SpecialType.System_SByte and <= SpecialType.System_Double)
        || type.TypeKind == TypeKind.Enum
        || KnownTypes.Is(type, "System", "Guid")
        || KnownTypes.Is(type, "System", "DateTimeOffset")
        || KnownTypes.Is(type, "System", "TimeSpan");

    /// <summary>The item types of a type that only holds others: a nullable, or one of the immutable collections.</summary>
    private static IEnumerable<ITypeSymbol>? CollectionItems(INamedTypeSymbol type) =>
        type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T
        || (type.Arity == 1 && KnownTypes.Is(type, "System.Collections.Immutable", "ImmutableArray"))
        || (KnownTypes.Is(type, "System", "ReadOnlyMemory") && type.TypeArguments[0].SpecialType == SpecialType.System_Byte)
        || (type.Arity == 2 && KnownTypes.Is(type, "System.Collections.Immutable", "ImmutableDictionary"))
            ? type.TypeArguments
            : null;

    private static string? RecordRefusal(INamedTypeSymbol type, HashSet<ITypeSymbol> seen)
    {
        if (type.IsTupleType || type.TypeKind is not (TypeKind.Class or TypeKind.Struct) || !IsRecordOrStruct(type))
        {
            return $"{Display(type)} is no immutable wire type; use a record marked [GenerateSerializer], or an immutable collection";
        }

        if (KnownTypes.IsFromContractAssembly(type))
        {
            return FirstRefusal(type.TypeArguments, seen);
        }

        return !type.GetAttributes().Any(KnownTypes.IsGenerateSerializer)
            ? $"{Display(type)} is not marked [GenerateSerializer]"
            : MemberRefusal(type, seen)
                ?? (type.BaseType is { SpecialType: SpecialType.None } parent ? RecordRefusal(parent, seen) : null)
                ?? FirstRefusal(type.TypeArguments, seen)
                ?? FirstRefusal(Cases(type), seen);
    }

    private static bool IsRecordOrStruct(INamedTypeSymbol type) => type.IsRecord || type.TypeKind == TypeKind.Struct;

    /// <summary>The nested records of a closed hierarchy; others derive where the reader cannot see them.</summary>
    private static IEnumerable<ITypeSymbol> Cases(INamedTypeSymbol type) =>
        type.GetTypeMembers().Where(nested => SymbolEqualityComparer.Default.Equals(nested.BaseType, type));

    private static string? MemberRefusal(INamedTypeSymbol type, HashSet<ITypeSymbol> seen)
    {
        var ids = new HashSet<object?>();
        foreach (var member in type.GetMembers().Where(static member => !member.IsStatic))
        {
            var reason = member switch
            {
                IPropertySymbol { SetMethod.IsInitOnly: false } property => $"'{property.Name}' has a setter; make it init-only",
                IFieldSymbol { IsReadOnly: false, AssociatedSymbol: null } field => $"field '{field.Name}' is not read-only",
                // Only what is stored crosses: a computed property has no field.
                IFieldSymbol field when WireIds.Refusal(field, ids) is { } inner => inner,
                IFieldSymbol field when Refusal(field.Type, seen) is { } inner =>
                    $"'{field.AssociatedSymbol?.Name ?? field.Name}': {inner}",
                _ => null,
            };
            if (reason is not null)
            {
                return $"{Display(type)}: {reason}";
            }
        }

        return null;
    }

    private static string? FirstRefusal(IEnumerable<ITypeSymbol> types, HashSet<ITypeSymbol> seen) =>
        types.Select(type => Refusal(type, seen)).FirstOrDefault(static reason => reason is not null);

    private static string Display(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
}

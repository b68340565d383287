using Microsoft.CodeAnalysis;

namespace McpGateway.GrainProxies;

internal static class KnownTypes
{
    private const string Seam = "McpGateway.Abstractions.Seam";

    public static bool IsGatewayGrain(INamedTypeSymbol type) => type.Name == "IGatewayGrain" && Namespace(type) == Seam;

    public static bool IsCancellationToken(ITypeSymbol type) => Is(type, "System.Threading", "CancellationToken");

    public static bool IsGenerateSerializer(AttributeData attribute) =>
        attribute.AttributeClass is { } type && Is(type, "Orleans", "GenerateSerializerAttribute");

    public static bool Is(ITypeSymbol type, string @namespace, string name) => type.Name == name && Namespace(type) == @namespace;

    /// <summary>
    /// The attribute is in no metadata, so records of the contract's own assembly count as marked: they were checked there.
    /// </summary>
    public static bool IsFromContractAssembly(ITypeSymbol type) =>
        !type.Locations.Any(static location => location.IsInSource)
        && type.ContainingAssembly is { } assembly
        && assembly.GetTypeByMetadataName(Seam + ".IGatewayGrain") is not null;

    private static string Namespace(ISymbol type) => type.ContainingNamespace?.ToDisplayString() ?? "";
}

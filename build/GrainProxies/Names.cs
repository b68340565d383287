using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace McpGateway.GrainProxies;

internal static class Names
{
    private static readonly SymbolDisplayFormat s_full = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    public static string Of(ITypeSymbol type) => type.ToDisplayString(s_full);

    public static string Escape(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    // The property that says so is newer than the Roslyn that the generator is compiled against; the metadata name tells it as well.
    public static bool IsFileLocal(this INamedTypeSymbol type) => type.MetadataName.StartsWith("<", System.StringComparison.Ordinal);
}

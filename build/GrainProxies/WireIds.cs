using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace McpGateway.GrainProxies;

/// <summary>
/// Orleans carries the parameters of a record by their places, but any other member only if it has an [Id]; without one it is lost on the
/// way, silently.
/// </summary>
internal static class WireIds
{
    /// <summary>Why the stored member would be lost, or null. Collects the ids that are taken.</summary>
    public static string? Refusal(IFieldSymbol field, HashSet<object?> taken)
    {
        var member = field.AssociatedSymbol ?? field;
        if (member.DeclaringSyntaxReferences.Any(static part => part.GetSyntax() is ParameterSyntax))
        {
            return null;
        }

        var id = member.GetAttributes().FirstOrDefault(IsId)?.ConstructorArguments.FirstOrDefault().Value;
        return id is null ? $"'{member.Name}' has no [Id]"
            : taken.Add(id) ? null
            : $"'{member.Name}' has an [Id] that another member has";
    }

    private static bool IsId(AttributeData attribute) =>
        attribute.AttributeClass is { } type && KnownTypes.Is(type, "Orleans", "IdAttribute");
}

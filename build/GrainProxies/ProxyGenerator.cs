using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace McpGateway.GrainProxies;

/// <summary>
/// Writes a proxy for every grain interface of the compilation and refuses, as errors, what Orleans would refuse only in the other
/// edition: method shapes (GW001) and types that are not immutable wire types (GW002).
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ProxyGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var interfaces = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => node is InterfaceDeclarationSyntax,
                static (found, cancellation) => Read(found, cancellation))
            .Where(static found => found is not null);
        context.RegisterSourceOutput(interfaces, static (output, found) => Write(output, found!));
    }

    private static GrainInterface? Read(GeneratorSyntaxContext found, CancellationToken cancellation)
    {
        if (found.SemanticModel.GetDeclaredSymbol(found.Node, cancellation) is not INamedTypeSymbol symbol
            || !symbol.AllInterfaces.Any(KnownTypes.IsGatewayGrain))
        {
            return null;
        }

        // A partial interface is read once, at its first part.
        var first = symbol.DeclaringSyntaxReferences[0];
        return first.SyntaxTree == found.Node.SyntaxTree && first.Span == found.Node.Span ? new InterfaceReader(symbol).Read() : null;
    }

    private static void Write(SourceProductionContext output, GrainInterface found)
    {
        foreach (var problem in found.Problems)
        {
            output.ReportDiagnostic(problem.ToDiagnostic());
        }

        if (found.Problems.Count == 0)
        {
            output.AddSource(found.HintName, ProxyWriter.Write(found));
        }
    }
}

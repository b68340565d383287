using Microsoft.CodeAnalysis;

namespace McpGateway.GrainProxies;

internal static class Rules
{
    public static readonly DiagnosticDescriptor MethodShape = new(
        "GW001",
        "A grain interface has a member that cannot be called from afar",
        "{0}",
        "GrainSeam",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor WireType = new(
        "GW002",
        "A type that crosses a grain boundary is not an immutable wire type",
        "{0}",
        "GrainSeam",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);
}

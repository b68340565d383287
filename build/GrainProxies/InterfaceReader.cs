using Microsoft.CodeAnalysis;

namespace McpGateway.GrainProxies;

/// <summary>Reads one grain interface into the model, collecting everything that is wrong with it.</summary>
internal sealed class InterfaceReader(INamedTypeSymbol grain)
{
    private readonly List<Problem> _problems = [];
    private readonly List<GrainMethod> _methods = [];

    public GrainInterface Read()
    {
        if (grain.IsGenericType || grain.ContainingType is { IsGenericType: true })
        {
            Refuse(grain, $"{grain.Name} is generic; a grain interface cannot be");
        }

        if (!IsReachable(grain))
        {
            Refuse(grain, $"{grain.Name} is not visible in its assembly, so its proxy could not implement it");
        }

        foreach (var type in grain.AllInterfaces.Where(static type => !KnownTypes.IsGatewayGrain(type)).Append(grain))
        {
            foreach (var member in type.GetMembers())
            {
                Read(type, member);
            }
        }

        var names = Containers(grain).Reverse().Select(static type => type.Name).Append(grain.Name);
        var proxy = string.Join("_", names) + "Proxy";
        var space = grain.ContainingNamespace.IsGlobalNamespace ? null : grain.ContainingNamespace.ToDisplayString();
        return new GrainInterface(space, Names.Of(grain), proxy, $"{space}.{proxy}.g.cs", new(_methods), new(_problems.Distinct()));
    }

    private static IEnumerable<INamedTypeSymbol> Containers(INamedTypeSymbol type)
    {
        for (var outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            yield return outer;
        }
    }

    private static bool IsReachable(INamedTypeSymbol type) => Containers(type).Append(type).All(static part =>
        part.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal
        && !part.IsFileLocal());

    private void Read(INamedTypeSymbol type, ISymbol member)
    {
        switch (member)
        {
            case IMethodSymbol { MethodKind: MethodKind.Ordinary } method:
                ReadMethod(type, method);
                break;
            case IPropertySymbol or IEventSymbol:
                var what = member is IEventSymbol ? "an event" : "a property";
                Refuse(member, $"{type.Name}.{member.Name} is {what}; a grain interface has methods only");
                break;
        }
    }

    private void ReadMethod(INamedTypeSymbol type, IMethodSymbol method)
    {
        var shape = ShapeOf(method);
        if (ShapeProblem(method, shape) is { } problem)
        {
            Refuse(method, $"{type.Name}.{method.Name} {problem}");
            return;
        }

        var token = -1;
        for (var index = 0; index < method.Parameters.Length; index++)
        {
            var parameter = method.Parameters[index];
            if (KnownTypes.IsCancellationToken(parameter.Type))
            {
                token = index;
            }
            else
            {
                Check(parameter, parameter.Type, $"parameter '{parameter.Name}' of {type.Name}.{method.Name}");
            }
        }

        var answer = shape == AnswerKind.None ? null : ((INamedTypeSymbol)method.ReturnType).TypeArguments[0];
        if (answer is not null)
        {
            Check(method, answer, $"the answer of {type.Name}.{method.Name}");
        }

        _methods.Add(new GrainMethod(
            Names.Of(type),
            Names.Escape(method.Name),
            Names.Of(method.ReturnType),
            shape!.Value,
            answer is null ? null : Names.Of(answer),
            new(method.Parameters.Select(static parameter => Names.Of(parameter.Type))),
            token));
    }

    private static AnswerKind? ShapeOf(IMethodSymbol method) => method.ReturnType is not INamedTypeSymbol answer ? null : answer switch
    {
        { Arity: 0 } when KnownTypes.Is(answer, "System.Threading.Tasks", "ValueTask") => AnswerKind.None,
        { Arity: 1 } when KnownTypes.Is(answer, "System.Threading.Tasks", "ValueTask") => AnswerKind.Value,
        { Arity: 1 } when KnownTypes.Is(answer, "System.Collections.Generic", "IAsyncEnumerable") => AnswerKind.Stream,
        _ => null,
    };

    private static string? ShapeProblem(IMethodSymbol method, AnswerKind? shape) => method switch
    {
        { IsStatic: true } => "is static",
        { IsGenericMethod: true } => "is generic",
        { IsAbstract: false } => "has a body; write an extension method instead",
        _ when shape is null || method.RefKind != RefKind.None => "must answer ValueTask, ValueTask<T> or IAsyncEnumerable<T>",
        _ when method.Parameters.Any(static parameter => parameter.RefKind != RefKind.None) => "has a ref, out or in parameter",
        _ when method.Parameters.Any(static parameter => parameter.IsParams) => "has a params parameter",
        _ when method.Parameters.Count(static parameter => KnownTypes.IsCancellationToken(parameter.Type)) > 1 =>
            "has more than one CancellationToken",
        _ => null,
    };

    private void Check(ISymbol at, ITypeSymbol type, string what)
    {
        if (WireTypes.Refusal(type) is { } reason)
        {
            _problems.Add(Problem.At(at, isShape: false, $"{what}: {reason}"));
        }
    }

    private void Refuse(ISymbol at, string message) => _problems.Add(Problem.At(at, isShape: true, message));
}

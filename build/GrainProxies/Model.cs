using System.Collections;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace McpGateway.GrainProxies;

// The generator's steps are compared by value, so that typing elsewhere in a file writes no proxy anew.
internal sealed record GrainInterface(
    string? Namespace,
    string FullName,
    string ProxyName,
    string HintName,
    EquatableList<GrainMethod> Methods,
    EquatableList<Problem> Problems);

internal enum AnswerKind
{
    None,
    Value,
    Stream,
}

/// <summary>A method; all names are full. <c>Token</c> is the position of its cancellation token, or -1.</summary>
internal sealed record GrainMethod(
    string Interface,
    string Name,
    string ReturnType,
    AnswerKind Answer,
    string? AnswerType,
    EquatableList<string> ParameterTypes,
    int Token);

internal sealed record Problem(bool IsShape, string Message, string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static Problem At(ISymbol symbol, bool isShape, string message)
    {
        var location = symbol.Locations.FirstOrDefault(found => found.IsInSource) ?? Location.None;
        var lines = location.GetLineSpan();
        return new Problem(isShape, message, lines.Path ?? "", location.SourceSpan, lines.Span);
    }

    public Diagnostic ToDiagnostic() =>
        Diagnostic.Create(IsShape ? Rules.MethodShape : Rules.WireType, Location.Create(Path, Span, Lines), Message);
}

/// <summary>A list that is equal to another with equal items.</summary>
internal sealed class EquatableList<T>(IEnumerable<T> items) : IReadOnlyList<T>, IEquatable<EquatableList<T>>
{
    private readonly T[] _items = [.. items];

    public int Count => _items.Length;

    public T this[int index] => _items[index];

    public bool Equals(EquatableList<T>? other) => other is not null && _items.SequenceEqual(other._items);

    public override bool Equals(object? obj) => Equals(obj as EquatableList<T>);

    public override int GetHashCode() => _items.Aggregate(17, (hash, item) => unchecked((hash * 31) + (item?.GetHashCode() ?? 0)));

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}

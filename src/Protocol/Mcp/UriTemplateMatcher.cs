using System.Diagnostics.CodeAnalysis;

namespace McpGateway.Protocol.Mcp;

/// <summary>
/// Tells whether a URI may have been made from an RFC 6570 template (operators of levels 1 to 3, and <c>*</c>). Its time is at most the URI's
/// length times the template's: there is no backtracking.
/// </summary>
/// <remarks>
/// <c>{x}</c> and <c>{+x}</c> stand for at least one character, <c>{x}</c> without <c>/ ? #</c>. The other operators bring their own separator and
/// may be absent as a whole. Query parameters may come in any order. Values need not be percent-encoded, because many clients do not.
/// Immutable and thread-safe.
/// </remarks>
public sealed class UriTemplateMatcher
{
    /// <summary>A longer template is refused.</summary>
    public const int MaxTemplateLength = 2048;

    /// <summary>A longer URI matches nothing.</summary>
    public const int MaxUriLength = 8192;

    /// <summary>A template with more expressions is refused.</summary>
    public const int MaxExpressions = 32;

    private readonly TemplateStep[] _program;
    private readonly string _prefix;

    private UriTemplateMatcher(string template, TemplateStep[] program, string prefix, int literalLength)
    {
        Template = template;
        LiteralLength = literalLength;
        _program = program;
        _prefix = prefix;
    }

    /// <summary>The template.</summary>
    public string Template { get; }

    /// <summary>Characters outside of expressions. Of several templates that match, the one with most of them is the most specific.</summary>
    public int LiteralLength { get; }

    /// <summary>Reads a template.</summary>
    /// <returns>False when it is too long, has too many expressions, or its braces and variable names are malformed.</returns>
    public static bool TryCreate(string template, [NotNullWhen(true)] out UriTemplateMatcher? matcher)
    {
        matcher = null;
        if (template.Length > MaxTemplateLength)
        {
            return false;
        }

        var compiler = new TemplateCompiler();
        if (!compiler.TryCompile(template))
        {
            return false;
        }

        matcher = new UriTemplateMatcher(template, compiler.ToProgram(), compiler.Prefix, compiler.LiteralLength);
        return true;
    }

    /// <summary>Whether the URI may have been made from the template.</summary>
    public bool IsMatch(ReadOnlySpan<char> uri)
    {
        if (uri.Length > MaxUriLength || !uri.StartsWith(_prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var current = new TemplateThreads(_program);
        var next = new TemplateThreads(_program);
        current.Add(0);
        foreach (var c in uri[_prefix.Length..])
        {
            next.Clear();
            foreach (var index in current.Steps)
            {
                if (_program[index].Accepts(c))
                {
                    next.Add(index + 1);
                }
            }

            if (next.Steps.IsEmpty)
            {
                return false;
            }

            (current, next) = (next, current);
        }

        return current.IsAtEnd;
    }
}

namespace McpGateway.Protocol.Mcp;

/// <summary>Translates an RFC 6570 template into the steps of <see cref="UriTemplateMatcher"/>.</summary>
internal sealed class TemplateCompiler
{
    private readonly List<TemplateStep> _steps = [];
    private int _expressions;

    /// <summary>The literal text before the first expression; it is not among the steps.</summary>
    public string Prefix { get; private set; } = "";

    public int LiteralLength { get; private set; }

    public TemplateStep[] ToProgram() => [.. _steps, new TemplateStep(TemplateStepKind.End)];

    public bool TryCompile(ReadOnlySpan<char> template)
    {
        while (!template.IsEmpty)
        {
            var open = template.IndexOfAny('{', '}');
            var literal = open < 0 ? template : template[..open];
            AddLiteralRun(literal);
            if (open < 0)
            {
                return true;
            }

            template = template[open..];
            var close = template.IndexOf('}');
            if (close <= 1 || ++_expressions > UriTemplateMatcher.MaxExpressions || !TryAddExpression(template[1..close]))
            {
                return false;
            }

            template = template[(close + 1)..];
        }

        return true;
    }

    private void AddLiteralRun(ReadOnlySpan<char> literal)
    {
        LiteralLength += literal.Length;
        if (_expressions == 0)
        {
            Prefix = literal.ToString();
            return;
        }

        AddText(literal);
    }

    private bool TryAddExpression(ReadOnlySpan<char> expression)
    {
        var operation = "+#./;?&".Contains(expression[0], StringComparison.Ordinal) ? expression[0] : '\0';
        var variables = new List<Variable>();
        foreach (var part in (operation == '\0' ? expression : expression[1..]).ToString().Split(','))
        {
            if (!Variable.TryParse(part, out var variable))
            {
                return false;
            }

            variables.Add(variable);
        }

        switch (operation)
        {
            case '\0': AddRun(TemplateStepKind.Segment); break;
            case '+': AddRun(TemplateStepKind.Any); break;
            case '#': AddOptional(() => AddPrefixedRun('#', TemplateStepKind.Any)); break;
            case '.': AddOptional(() => AddPrefixedRun('.', TemplateStepKind.Segment)); break;
            case '/': AddSegments(variables); break;
            case ';': AddRepeated(() => AddPathParameter(variables)); break;
            case '&': AddRepeated(() => AddParameter('&', variables)); break;
            default:
                AddOptional(() =>
                {
                    AddParameter('?', variables);
                    AddRepeated(() => AddParameter('&', variables));
                });
                break;
        }

        return true;
    }

    /// <summary>Each variable is at most one segment; with <c>*</c> it may be several.</summary>
    private void AddSegments(List<Variable> variables)
    {
        foreach (var variable in variables)
        {
            if (variable.IsExploded)
            {
                AddRepeated(() => AddPrefixedRun('/', TemplateStepKind.Segment));
            }
            else
            {
                AddOptional(() => AddPrefixedRun('/', TemplateStepKind.Segment));
            }
        }
    }

    private void AddParameter(char separator, List<Variable> variables)
    {
        Add(TemplateStepKind.Literal, separator);
        AddName(variables);
        Add(TemplateStepKind.Literal, '=');
        AddRepeated(() => Add(TemplateStepKind.Value));
    }

    private void AddPathParameter(List<Variable> variables)
    {
        Add(TemplateStepKind.Literal, ';');
        AddName(variables);
        AddOptional(() =>
        {
            Add(TemplateStepKind.Literal, '=');
            AddRepeated(() => Add(TemplateStepKind.PathValue));
        });
    }

    /// <summary>One of the variables' names; any name when a variable is exploded, because then its keys are the names.</summary>
    private void AddName(List<Variable> variables)
    {
        if (variables.Exists(static v => v.IsExploded))
        {
            AddRun(TemplateStepKind.Name);
            return;
        }

        var jumps = new List<int>();
        for (var i = 0; i < variables.Count; i++)
        {
            var split = i < variables.Count - 1 ? Add(TemplateStepKind.Split) : -1;
            AddText(variables[i].Name);
            jumps.Add(Add(TemplateStepKind.Jump));
            Aim(split);
        }

        jumps.ForEach(Aim);
    }

    private void AddPrefixedRun(char prefix, TemplateStepKind kind)
    {
        Add(TemplateStepKind.Literal, prefix);
        AddRun(kind);
    }

    private void AddRun(TemplateStepKind kind)
    {
        Add(kind);
        AddRepeated(() => Add(kind));
    }

    private void AddOptional(Action body)
    {
        var split = Add(TemplateStepKind.Split);
        body();
        Aim(split);
    }

    private void AddRepeated(Action body)
    {
        var split = Add(TemplateStepKind.Split);
        body();
        _steps.Add(new TemplateStep(TemplateStepKind.Jump, Target: split));
        Aim(split);
    }

    private void AddText(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            Add(TemplateStepKind.Literal, c);
        }
    }

    private int Add(TemplateStepKind kind, char literal = default)
    {
        _steps.Add(new TemplateStep(kind, literal));
        return _steps.Count - 1;
    }

    /// <summary>Lets an earlier split or jump lead to the next step.</summary>
    private void Aim(int index)
    {
        if (index >= 0)
        {
            _steps[index] = _steps[index] with { Target = _steps.Count };
        }
    }

    private readonly record struct Variable(string Name, bool IsExploded)
    {
        /// <summary>A name, then <c>*</c> or <c>:length</c>.</summary>
        public static bool TryParse(string text, out Variable variable)
        {
            var isExploded = text.EndsWith('*');
            var name = isExploded ? text[..^1] : text;
            var colon = name.IndexOf(':', StringComparison.Ordinal);
            var hasLength = colon >= 0 && !isExploded;
            var length = hasLength ? name[(colon + 1)..] : "1";
            name = hasLength ? name[..colon] : name;
            variable = new Variable(name, isExploded);
            return name.Length > 0
                && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '%' or '-')
                && length.Length is > 0 and < 5 && length.All(char.IsAsciiDigit);
        }
    }
}

namespace McpGateway.Protocol.Mcp;

/// <summary>What a step of a compiled URI template does.</summary>
internal enum TemplateStepKind
{
    /// <summary>Takes one given character.</summary>
    Literal,

    /// <summary>Takes any character.</summary>
    Any,

    /// <summary>Takes a character of a path segment: not one of <c>/ ? #</c>.</summary>
    Segment,

    /// <summary>Takes a character of a parameter's value: not one of <c>&amp; #</c>.</summary>
    Value,

    /// <summary>Takes a character of a path parameter's value: not one of <c>; / ? #</c>.</summary>
    PathValue,

    /// <summary>Takes a character of a parameter's name: not one of <c>= &amp; ; / ? #</c>.</summary>
    Name,

    /// <summary>Goes on at the next step and at another one.</summary>
    Split,

    /// <summary>Goes on at another step.</summary>
    Jump,

    /// <summary>The template ends here.</summary>
    End,
}

/// <summary>A step of a compiled URI template.</summary>
internal readonly record struct TemplateStep(TemplateStepKind Kind, char Literal = default, int Target = 0)
{
    public bool Accepts(char c) => Kind switch
    {
        TemplateStepKind.Literal => c == Literal,
        TemplateStepKind.Any => true,
        TemplateStepKind.Segment => c is not ('/' or '?' or '#'),
        TemplateStepKind.Value => c is not ('&' or '#'),
        TemplateStepKind.PathValue => c is not (';' or '/' or '?' or '#'),
        TemplateStepKind.Name => c is not ('=' or '&' or ';' or '/' or '?' or '#'),
        _ => false,
    };
}

/// <summary>The steps that a match is at, all at once; each at most once.</summary>
internal sealed class TemplateThreads(TemplateStep[] program)
{
    private readonly int[] _steps = new int[program.Length];
    private readonly bool[] _contains = new bool[program.Length];
    private readonly Stack<int> _pending = new();
    private int _count;

    public ReadOnlySpan<int> Steps => _steps.AsSpan(0, _count);

    public bool IsAtEnd => _contains[^1];

    public void Clear()
    {
        Array.Clear(_contains);
        _count = 0;
    }

    /// <summary>Adds a step and all that it leads to without taking a character.</summary>
    public void Add(int index)
    {
        _pending.Push(index);
        while (_pending.TryPop(out var at))
        {
            if (_contains[at])
            {
                continue;
            }

            _contains[at] = true;
            var step = program[at];
            if (step.Kind is TemplateStepKind.Jump or TemplateStepKind.Split)
            {
                _pending.Push(step.Target);
            }
            else
            {
                _steps[_count++] = at;
            }

            if (step.Kind is TemplateStepKind.Split)
            {
                _pending.Push(at + 1);
            }
        }
    }
}

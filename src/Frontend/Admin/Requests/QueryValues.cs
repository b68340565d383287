using System.Globalization;
using McpGateway.Abstractions.Administration;
using McpGateway.Frontend.Admin.Answers;

namespace McpGateway.Frontend.Admin.Requests;

/// <summary>The checked parameters of a query string.</summary>
internal sealed class QueryValues
{
    private readonly Dictionary<string, object> _values = [];

    private QueryValues()
    {
    }

    /// <summary>What to answer instead, when a parameter breaks a rule.</summary>
    public IResult? Problem { get; private set; }

    public PageRequest Page => new(Number("limit") ?? new PageRequest().Limit, Text("cursor"));

    public string? Text(string name) => (string?)_values.GetValueOrDefault(name);

    public int? Number(string name) => (int?)_values.GetValueOrDefault(name);

    public bool? Flag(string name) => (bool?)_values.GetValueOrDefault(name);

    public T? Choice<T>(string name, Choices<T> choices)
        where T : struct, Enum => Text(name) is { } word ? choices.Parse(word) : null;

    /// <summary>The filter of lists of things that can be switched off: <c>enabled</c>, or ContextForge's <c>include_inactive</c>.</summary>
    public bool? Enabled() => Flag("enabled") ?? (Flag("include_inactive") is false ? true : null);

    /// <summary>An instant in ISO 8601; <see cref="Problem"/> says when it is none.</summary>
    public DateTimeOffset? Instant(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
        {
            return instant.ToUniversalTime();
        }

        Problem ??= Problems.Of(Refusal.Invalid(name, $"must be an instant such as 2026-01-31T12:00:00Z. It is '{text}'."));
        return null;
    }

    public static QueryValues Read(HttpContext context, QueryShape shape)
    {
        var query = new QueryValues();
        var errors = new FieldErrors();
        var ignored = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (given, texts) in context.Request.Query)
        {
            var name = FieldReader.ToSnakeCase(given);
            if (shape.Find(name) is not { } field)
            {
                ignored.Add(given);
            }
            else if (texts.Count != 1 || query._values.ContainsKey(name))
            {
                errors.Add(name, "is given more than once.");
            }
            else if (texts[0] is { Length: > 0 } text && Parse(text, field, errors) is { } value)
            {
                query._values.Add(name, value);
            }
        }

        Warnings.Ignored(context, "parameters", ignored);
        query.Problem = errors.Any ? Problems.Of(errors.ToRefusal()) : null;
        return query;
    }

    private static object? Parse(string text, QueryField field, FieldErrors errors)
    {
        switch (field.Kind)
        {
            case FieldKind.Number:
                if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    && number >= field.Smallest && number <= field.Largest)
                {
                    return number;
                }

                errors.Add(field.Name, $"must be a whole number from {field.Smallest} to {field.Largest}.");
                return null;
            case FieldKind.Flag:
                if (bool.TryParse(text, out var flag))
                {
                    return flag;
                }

                errors.Add(field.Name, "must be true or false.");
                return null;
            case FieldKind.Choice when !field.Choices!.Knows(text):
                errors.Add(field.Name, $"must be one of {string.Join(", ", field.Choices.Words)}.");
                return null;
            default:
                return text;
        }
    }
}

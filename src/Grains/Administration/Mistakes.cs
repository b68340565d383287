using System.Collections.Immutable;
using McpGateway.Abstractions.Administration;

namespace McpGateway.Grains.Administration;

/// <summary>Collects what is wrong with an input, field by field, so that all of it is said at once.</summary>
internal sealed class Mistakes
{
    private readonly SortedDictionary<string, List<string>> _byField = new(StringComparer.Ordinal);

    public bool Any => _byField.Count > 0;

    /// <param name="field">Its name in the API, snake_case.</param>
    /// <param name="message">The rule, as a sentence.</param>
    public void Add(string field, string message)
    {
        if (!_byField.TryGetValue(field, out var messages))
        {
            _byField.Add(field, messages = []);
        }

        if (!messages.Contains(message))
        {
            messages.Add(message);
        }
    }

    public Refusal ToRefusal()
    {
        var (field, messages) = _byField.First();
        var detail = _byField.Count == 1 && messages.Count == 1
            ? $"{field}: {messages[0]}"
            : $"These fields are wrong: {string.Join(", ", _byField.Keys)}.";
        return new Refusal(
            RefusalKind.Invalid, detail, _byField.ToImmutableDictionary(entry => entry.Key, entry => entry.Value.ToImmutableArray()));
    }
}

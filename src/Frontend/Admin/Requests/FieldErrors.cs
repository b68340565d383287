using System.Collections.Immutable;
using McpGateway.Abstractions.Administration;

namespace McpGateway.Frontend.Admin.Requests;

/// <summary>Collects what is wrong with a request: all of it, not the first.</summary>
internal sealed class FieldErrors
{
    private readonly Dictionary<string, List<string>> _errors = [];

    public bool Any => _errors.Count > 0;

    public void Add(string field, string message)
    {
        if (!_errors.TryGetValue(field, out var messages))
        {
            _errors[field] = messages = [];
        }

        messages.Add(message);
    }

    public Refusal ToRefusal()
    {
        var (field, messages) = _errors.First();
        var detail = _errors.Count == 1 ? $"{field}: {messages[0]}" : $"{_errors.Count} fields are wrong, among them {field}: {messages[0]}";
        return new Refusal(RefusalKind.Invalid, detail, _errors.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.ToImmutableArray()));
    }
}

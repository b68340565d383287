using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpGateway.Grains.Administration;

/// <summary>Which fields a change set, as JSON for the audit. Secrets show as <c>***</c>, long texts are cut.</summary>
internal sealed class AuditDetail
{
    private const int MaxText = 500;
    private const int MaxEntries = 100;
    private const string Secret = "***";

    // For people to read in a list; it is never put into a page unescaped.
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _fields = [];

    public bool IsEmpty => _fields.Count == 0;

    public bool Has(string field) => _fields.ContainsKey(field);

    public void Set(string field, string? value) =>
        _fields[field] = value is { Length: > MaxText } ? value[..MaxText] + "…" : value;

    public void Set(string field, bool value) => _fields[field] = value;

    public void Set(string field, int? value) => _fields[field] = value;

    public void Set(string field, IReadOnlyCollection<string> values)
    {
        var list = new JsonArray([.. values.Take(MaxEntries).Select(value => (JsonNode)value)]);
        if (values.Count > MaxEntries)
        {
            list.Add($"… {values.Count - MaxEntries} more");
        }

        _fields[field] = list;
    }

    /// <summary>A secret was set: that much and no more.</summary>
    public void SetSecret(string field) => _fields[field] = Secret;

    /// <summary>Names whose values are secret.</summary>
    public void SetSecrets(string field, IEnumerable<string> names)
    {
        var secrets = new JsonObject();
        foreach (var name in names)
        {
            secrets[name] = Secret;
        }

        _fields[field] = secrets;
    }

    public override string ToString() => _fields.ToJsonString(s_readable);
}

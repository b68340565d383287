using System.Text;

namespace McpGateway.Protocol.Tests;

/// <summary>Draws JSON texts: odd white space, escapes, extreme numbers, nested values, names the gateway reads among others.</summary>
internal sealed class RandomJson(Random random)
{
    private static readonly string[] s_names =
    [
        "name", "uri", "arguments", "_meta", "cursor", "ref", "type", "progressToken", "io.modelcontextprotocol/protocolVersion",
        "io.modelcontextprotocol/clientInfo", "io.modelcontextprotocol/unknown", "traceparent", "a", "b", "", "x y", "é", "日本", "\ud83d\ude00",
    ];

    private static readonly string[] s_numbers =
        ["0", "-0", "1", "-1", "12345678901234567890", "1.0", "1e2", "1E+2", "-1.5e-3", "0.1", "100", "1e400", "9007199254740993"];

    public string Value(int depth) => Pick(depth > 0 ? 7 : 5) switch
    {
        0 => s_numbers[random.Next(s_numbers.Length)],
        1 => "true",
        2 => "null",
        3 or 4 => Text(s_names[random.Next(s_names.Length)]),
        5 => Array(depth - 1),
        _ => Object(depth - 1),
    };

    /// <summary>An object with distinct random members, in random order among the given ones (name and raw value).</summary>
    public string Object(int depth, params (string Name, string Raw)[] members)
    {
        var all = members.ToList();
        foreach (var name in s_names.Where(name => Pick(5) == 0 && members.All(m => m.Name != name)))
        {
            all.Add((name, Value(depth)));
        }

        return Bare([.. all]);
    }

    /// <summary>An object with exactly these members, in random order.</summary>
    public string Bare((string Name, string Raw)[] members)
    {
        random.Shuffle(members);
        return "{" + Space() + string.Join(",", members.Select(m => Space() + Text(m.Name) + Space() + ":" + Space() + m.Raw + Space())) + "}";
    }

    /// <summary>The text as a JSON string, some characters needlessly escaped.</summary>
    public string Text(string text)
    {
        var result = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\' || Rune.IsControl(rune) || Pick(12) == 0)
            {
                result.Append(string.Concat(rune.ToString().Select(static unit => $"\\u{(int)unit:x4}")));
            }
            else
            {
                result.Append(rune.Value == '/' && Pick(4) == 0 ? "\\/" : rune.ToString());
            }
        }

        return result.Append('"').ToString();
    }

    public string Space() => Pick(6) switch { 0 => " ", 1 => "\r\n\t", _ => "" };

    public int Pick(int count) => random.Next(count);

    public bool Flip() => random.Next(2) == 0;

    private string Array(int depth) =>
        "[" + string.Join(",", Enumerable.Range(0, Pick(4)).Select(_ => Space() + Value(depth) + Space())) + "]";
}

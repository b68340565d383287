using System.Collections.Frozen;

namespace McpGateway.Frontend.Admin.Requests;

/// <summary>The words of the API for the values of an enumeration.</summary>
internal abstract class Choices
{
    /// <summary>The words as answers write them, in order.</summary>
    public abstract IReadOnlyList<string> Words { get; }

    /// <summary>True for a word that is understood, in any case.</summary>
    public abstract bool Knows(string word);
}

/// <inheritdoc />
internal sealed class Choices<T> : Choices
    where T : struct, Enum
{
    private readonly FrozenDictionary<T, string> _words;
    private readonly FrozenDictionary<string, T> _values;

    /// <param name="words">One word a value, as answers write it.</param>
    /// <param name="aliases">Other words that requests may use.</param>
    public Choices(IReadOnlyList<(T Value, string Word)> words, params ReadOnlySpan<(string Word, T Value)> aliases)
    {
        _words = words.ToFrozenDictionary(pair => pair.Value, pair => pair.Word);
        Words = [.. words.Select(pair => pair.Word)];
        _values = words.Select(pair => (pair.Word, pair.Value))
            .Concat(aliases.ToArray())
            .ToFrozenDictionary(pair => pair.Word, pair => pair.Value, StringComparer.OrdinalIgnoreCase);
    }

    public override IReadOnlyList<string> Words { get; }

    public override bool Knows(string word) => _values.ContainsKey(word);

    public string this[T value] => _words[value];

    public T Parse(string word) => _values[word];
}

using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Routing;

/// <summary>Which extensions of upstreams a virtual server offers. Section <c>Extensions</c>.</summary>
public sealed class ExtensionOptions
{
    public const string Section = "Extensions";

    /// <summary>What is allowed where <see cref="Allowed"/> names nothing: extensions that pass through a gateway unharmed.</summary>
    public static IReadOnlyList<string> Defaults { get; } = [ExtensionIds.Tasks, ExtensionIds.Apps, ExtensionIds.Skills];

    /// <summary>Ids of extensions (<c>capabilities.extensions</c>) that may be offered. Default: tasks, MCP Apps, skills.</summary>
    public IList<string> Allowed { get; } = [];

    /// <summary>Whether extensions and methods that no revision of MCP names reach upstreams at all. Default: true.</summary>
    public bool PassUnknownMethods { get; set; } = true;

    /// <summary>True for an extension that may be offered.</summary>
    public bool Allows(string id) => (Allowed.Count == 0 ? Defaults : (IEnumerable<string>)Allowed).Contains(id, StringComparer.Ordinal);
}

/// <summary>Every mistake in the section <c>Extensions</c> at once.</summary>
public sealed class ExtensionOptionsValidator : IValidateOptions<ExtensionOptions>
{
    public ValidateOptionsResult Validate(string? name, ExtensionOptions options)
    {
        var errors = options.Allowed
            .Where(static id => id.IndexOf('/', StringComparison.Ordinal) is < 1)
            .Select(static id => $"{ExtensionOptions.Section}:Allowed: '{id}' is no id of an extension; ids look like 'example.com/name'.")
            .ToArray();
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

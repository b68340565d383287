using Microsoft.Extensions.Options;

namespace McpGateway.Gateway.Routing;

/// <summary>How exposed names are formed. Section <c>Naming</c>.</summary>
public sealed class NamingOptions
{
    public const string Section = "Naming";

    /// <summary>Between upstream and tool, where a virtual server does not say otherwise: <c>-</c>, <c>_</c>, <c>.</c> or <c>__</c>. Default: <c>-</c>.</summary>
    public string Separator { get; set; } = ExposedNames.DefaultSeparator;
}

/// <summary>Checks <see cref="NamingOptions"/> at start.</summary>
public sealed class NamingOptionsValidator : IValidateOptions<NamingOptions>
{
    public ValidateOptionsResult Validate(string? name, NamingOptions options) =>
        ExposedNames.IsSeparator(options.Separator)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Naming:Separator: must be one of '-', '_', '.', '__', but is '{options.Separator}'.");
}

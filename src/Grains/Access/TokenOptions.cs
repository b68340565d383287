using Microsoft.Extensions.Options;

namespace McpGateway.Grains.Access;

/// <summary>How many API tokens there may be. Section <c>Tokens</c>.</summary>
internal sealed class TokenOptions
{
    public const string Section = "Tokens";

    /// <summary>How many tokens that are not revoked one user may have; expired ones count until they are revoked. Default: 1,000.</summary>
    public int MaxPerUser { get; set; } = 1_000;
}

/// <summary>Checks <see cref="TokenOptions"/> at start.</summary>
internal sealed class TokenOptionsValidator : IValidateOptions<TokenOptions>
{
    public ValidateOptionsResult Validate(string? name, TokenOptions options) =>
        options.MaxPerUser is >= 1 and <= 1_000_000
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Tokens:MaxPerUser: must be between 1 and 1000000, but is {options.MaxPerUser}.");
}

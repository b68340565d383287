namespace McpGateway.Dashboard.Authentication;

/// <summary>What the sign-in page shows.</summary>
/// <param name="TokenField">Name of the antiforgery field.</param>
/// <param name="Token">The antiforgery token.</param>
/// <param name="Return">Where to go afterwards; already safe.</param>
/// <param name="Email">What was entered before, so that it need not be entered again.</param>
/// <param name="Notice">Why the user is here, when it was not their wish.</param>
/// <param name="Problem">Why the last try failed.</param>
/// <param name="RequestId">Names a failure that is the gateway's own.</param>
public sealed record SignInModel(
    string TokenField, string Token, string Return, string Email, string? Notice, string? Problem, string? RequestId);

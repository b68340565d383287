using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams;
using McpGateway.Storage.Model;

namespace McpGateway.Grains.Administration;

internal static partial class UpstreamRules
{
    private const int MaxHeaders = 32;
    private const int MaxSecret = 4096;

    /// <summary>The kind of credentials that the input amounts to.</summary>
    public static AuthKind AuthOf(UpstreamInput input, UpstreamEntity? existing) =>
        input.Auth ?? (TransportOf(input, existing) == TransportKind.Stdio ? AuthKind.None : existing?.Auth ?? AuthKind.None);

    /// <summary>True when the input replaces the stored credentials.</summary>
    public static bool ReplacesCredentials(UpstreamInput input, UpstreamEntity? existing) =>
        existing is null
        || AuthOf(input, existing) != existing.Auth
        || input.AuthToken is not null || input.AuthUsername is not null || input.AuthPassword is not null || input.AuthHeaders is not null;

    private static void CheckAuth(Mistakes mistakes, UpstreamInput input, UpstreamEntity? existing, TransportKind transport)
    {
        var auth = AuthOf(input, existing);
        if (transport == TransportKind.Stdio && auth != AuthKind.None)
        {
            mistakes.Add("auth_type", "Is not used by STDIO: give the process its secrets in env.");
            return;
        }

        OnlyWith(mistakes, "auth_token", input.AuthToken is not null, auth, AuthKind.Bearer);
        OnlyWith(mistakes, "auth_username", input.AuthUsername is not null, auth, AuthKind.Basic);
        OnlyWith(mistakes, "auth_password", input.AuthPassword is not null, auth, AuthKind.Basic);
        OnlyWith(mistakes, "auth_headers", input.AuthHeaders is { Count: > 0 }, auth, AuthKind.Headers);
        if (ReplacesCredentials(input, existing))
        {
            CheckCredentials(mistakes, input, auth);
        }
        else if (auth != AuthKind.None && MovesElsewhere(input, existing))
        {
            // Whoever may edit the address must not be able to have the stored secret sent to a host of their own.
            mistakes.Add("url", "Leads to another host: give the credentials again, or set auth_type to none.");
        }
    }

    private static void CheckCredentials(Mistakes mistakes, UpstreamInput input, AuthKind auth)
    {
        switch (auth)
        {
            case AuthKind.Bearer:
                Secret(mistakes, "auth_token", input.AuthToken, "bearer");
                break;
            case AuthKind.Basic:
                Secret(mistakes, "auth_username", input.AuthUsername, "basic");
                Secret(mistakes, "auth_password", input.AuthPassword, "basic");
                if (input.AuthUsername?.Contains(':', StringComparison.Ordinal) == true)
                {
                    mistakes.Add("auth_username", "Must have no colon.");
                }

                break;
            case AuthKind.Headers:
                CheckHeaders(mistakes, input);
                break;
            default:
                break;
        }
    }

    private static void CheckHeaders(Mistakes mistakes, UpstreamInput input)
    {
        if (input.AuthHeaders is not { Count: > 0 } headers)
        {
            mistakes.Add("auth_headers", "auth_type 'headers' needs at least one header.");
            return;
        }

        if (headers.Count > MaxHeaders)
        {
            mistakes.Add("auth_headers", $"At most {MaxHeaders} headers.");
        }

        foreach (var (name, value) in headers)
        {
            var problem = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
                ? $"The header '{Short(name)}' is set by the gateway and cannot be configured."
                : UpstreamHeaders.Refuse(name, value ?? "");
            if (problem is not null)
            {
                mistakes.Add("auth_headers", problem);
            }
        }

        foreach (var twins in headers.Keys.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            mistakes.Add("auth_headers", $"The header '{Short(twins.Key)}' is given more than once.");
        }
    }

    private static void Secret(Mistakes mistakes, string field, string? value, string auth)
    {
        if (string.IsNullOrEmpty(value))
        {
            mistakes.Add(field, $"auth_type '{auth}' needs it.");
        }
        else if (value.Length > MaxSecret || value.Any(char.IsControl) || (field == "auth_token" && value.Any(c => c is <= ' ' or > '~')))
        {
            mistakes.Add(
                field, field == "auth_token" ? $"Must be ASCII without blanks, at most {MaxSecret} characters." : $"No control characters, at most {MaxSecret} characters.");
        }
    }

    private static void OnlyWith(Mistakes mistakes, string field, bool given, AuthKind auth, AuthKind needed)
    {
        if (given && auth != needed)
        {
            mistakes.Add(field, $"Is only used with auth_type '{needed.ToString().ToLowerInvariant()}'.");
        }
    }

    private static bool MovesElsewhere(UpstreamInput input, UpstreamEntity? existing) =>
        input.Url is { } url
        && existing?.Url is { } before
        && Uri.TryCreate(url, UriKind.Absolute, out var to)
        && Uri.TryCreate(before, UriKind.Absolute, out var from)
        && Uri.Compare(to, from, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) != 0;
}

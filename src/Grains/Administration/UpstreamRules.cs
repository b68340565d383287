using System.Collections.Immutable;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Storage.Model;

namespace McpGateway.Grains.Administration;

/// <summary>What the settings of an upstream must be like, alone and together. Needs no database.</summary>
internal static partial class UpstreamRules
{
    private const int MaxUrl = 2048;
    private const int MaxCommand = 1024;
    private const int MaxArguments = 128;
    private const int MaxArgument = 4096;
    private const int MaxVariables = 128;
    private const int MaxVariable = 32 * 1024;

    /// <summary>The transport that the input amounts to.</summary>
    public static TransportKind TransportOf(UpstreamInput input, UpstreamEntity? existing) =>
        input.Transport ?? existing?.Transport ?? (input.Command is not null && input.Url is null ? TransportKind.Stdio : TransportKind.StreamableHttp);

    /// <summary>True when the input says anything about the process that is started, which only administrators may.</summary>
    public static bool DefinesProcess(UpstreamInput input, UpstreamEntity? existing) =>
        TransportOf(input, existing) == TransportKind.Stdio
        && (existing?.Transport != TransportKind.Stdio
            || input.Command is not null || !input.Arguments.IsDefault || input.Environment is not null || input.WorkingFolder is not null);

    public static Mistakes Check(UpstreamInput input, UpstreamEntity? existing)
    {
        var mistakes = new Mistakes();
        var transport = TransportOf(input, existing);
        if (existing is null || input.Name is not null)
        {
            TextRules.Name(mistakes, input.Name);
        }

        TextRules.Text(mistakes, "description", input.Description, TextRules.MaxDescription);
        TextRules.Tags(mistakes, "tags", input.Tags);
        TextRules.Range(mistakes, "refresh_interval_seconds", input.RefreshSeconds, 10, 86_400);
        TextRules.Range(mistakes, "timeout_seconds", input.TimeoutSeconds, 1, 3600);
        TextRules.Range(mistakes, "max_concurrency", input.MaxConcurrency, 0, 10_000);
        CheckEnums(mistakes, input);
        CheckTransportChange(mistakes, input, existing, transport);
        if (transport == TransportKind.Stdio)
        {
            CheckStdio(mistakes, input, existing);
        }
        else
        {
            CheckHttp(mistakes, input, existing, transport);
        }

        CheckAuth(mistakes, input, existing, transport);
        return mistakes;
    }

    private static void CheckEnums(Mistakes mistakes, UpstreamInput input)
    {
        Defined(mistakes, "transport", input.Transport);
        Defined(mistakes, "auth_type", input.Auth);
        Defined(mistakes, "visibility", input.Visibility);
        Defined(mistakes, "sharing", input.Sharing);
        Defined(mistakes, "drift_policy", input.Drift);
    }

    private static void Defined<T>(Mistakes mistakes, string field, T? value)
        where T : struct, Enum
    {
        if (value is { } given && !Enum.IsDefined(given))
        {
            mistakes.Add(field, "Has no such value.");
        }
    }

    private static void CheckTransportChange(Mistakes mistakes, UpstreamInput input, UpstreamEntity? existing, TransportKind transport)
    {
        if (existing is null || existing.Transport == transport)
        {
            return;
        }

        if (transport == TransportKind.Stdio ? input.Command is null : input.Url is null)
        {
            mistakes.Add("transport", $"Changing it to {Wire(transport)} needs {(transport == TransportKind.Stdio ? "command" : "url")} as well.");
        }
    }

    private static void CheckHttp(Mistakes mistakes, UpstreamInput input, UpstreamEntity? existing, TransportKind transport)
    {
        Unused(mistakes, "command", input.Command is not null, transport);
        Unused(mistakes, "args", !input.Arguments.IsDefaultOrEmpty, transport);
        Unused(mistakes, "env", input.Environment is { Count: > 0 }, transport);
        Unused(mistakes, "cwd", !string.IsNullOrEmpty(input.WorkingFolder), transport);
        if (input.Url is { } url)
        {
            if (UrlProblem(url) is { } problem)
            {
                mistakes.Add("url", problem);
            }
        }
        else if (existing is null)
        {
            mistakes.Add("url", $"{Wire(transport)} needs a url.");
        }
    }

    private static void CheckStdio(Mistakes mistakes, UpstreamInput input, UpstreamEntity? existing)
    {
        Unused(mistakes, "url", input.Url is not null, TransportKind.Stdio);
        if (input.Command is not null || existing is null)
        {
            CheckCommand(mistakes, input.Command);
        }

        if (!input.Arguments.IsDefault)
        {
            if (input.Arguments.Length > MaxArguments)
            {
                mistakes.Add("args", $"At most {MaxArguments} arguments.");
            }

            if (input.Arguments.Any(argument => argument is null || argument.Length > MaxArgument || argument.Contains('\0', StringComparison.Ordinal)))
            {
                mistakes.Add("args", $"Each argument must be text of at most {MaxArgument} characters, without NUL.");
            }
        }

        if (input.WorkingFolder is { Length: > 0 } folder
            && (folder.Length > MaxCommand || !Path.IsPathRooted(folder) || !TextRules.IsPrintable(folder)))
        {
            mistakes.Add("cwd", $"Must be an absolute path of at most {MaxCommand} characters.");
        }

        CheckEnvironment(mistakes, input.Environment);
    }

    private static void CheckCommand(Mistakes mistakes, string? command)
    {
        if (string.IsNullOrWhiteSpace(command))
        {
            mistakes.Add("command", "STDIO needs a command.");
        }
        else if (command.Length > MaxCommand || !TextRules.IsPrintable(command))
        {
            mistakes.Add("command", $"Must be printable, at most {MaxCommand} characters.");
        }
    }

    private static void CheckEnvironment(Mistakes mistakes, ImmutableDictionary<string, string>? environment)
    {
        if (environment is null)
        {
            return;
        }

        if (environment.Count > MaxVariables)
        {
            mistakes.Add("env", $"At most {MaxVariables} variables.");
        }

        foreach (var (name, value) in environment)
        {
            if (name.Length is 0 or > 128 || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            {
                mistakes.Add("env", $"'{Short(name)}' is no name of a variable: letters, digits and _, not beginning with a digit.");
            }

            if (value is null || value.Length > MaxVariable || value.Contains('\0', StringComparison.Ordinal))
            {
                mistakes.Add("env", $"The value of '{Short(name)}' must be text of at most {MaxVariable} characters, without NUL.");
            }
        }
    }

    private static string? UrlProblem(string url)
    {
        if (url.Length > MaxUrl)
        {
            return $"At most {MaxUrl} characters.";
        }

        // Control characters and blanks are escaped or dropped by Uri; nobody means them.
        if (url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
            || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.Host.Length == 0)
        {
            return "Must be an absolute http or https address.";
        }

        if (uri.UserInfo.Length > 0)
        {
            return "Must carry no user name or password: use auth_type.";
        }

        return url.Contains('#', StringComparison.Ordinal) ? "Must have no fragment (#)." : null;
    }

    private static void Unused(Mistakes mistakes, string field, bool given, TransportKind transport)
    {
        if (given)
        {
            mistakes.Add(field, $"Is not used by {Wire(transport)}: leave it out, or choose another transport.");
        }
    }

    private static string Wire(TransportKind transport) => transport switch
    {
        TransportKind.Stdio => "STDIO",
        TransportKind.Sse => "SSE",
        _ => "STREAMABLEHTTP",
    };

    private static string Short(string text) => text.Length > 64 ? text[..64] + "…" : text;
}

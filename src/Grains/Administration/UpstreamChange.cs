using System.Collections.Immutable;
using System.Text.Json;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams;
using McpGateway.Storage.Model;

namespace McpGateway.Grains.Administration;

/// <summary>Applies checked input to an upstream's row, and notes for the audit what it set.</summary>
internal sealed class UpstreamChange(UpstreamEntity row, UpstreamSecrets secrets, bool isNew)
{
    public AuditDetail Detail { get; } = new();

    /// <summary>It is reached in another way than before: what was found out about it no longer counts.</summary>
    public bool Reconnects { get; private set; }

    /// <summary>What virtual servers or views of it show is different.</summary>
    public bool ChangesCatalog { get; private set; }

    public bool Any => !Detail.IsEmpty;

    public void Apply(UpstreamInput input, Visibility visibility, string? teamId)
    {
        var existing = isNew ? null : row;
        var transport = UpstreamRules.TransportOf(input, existing);
        var auth = UpstreamRules.AuthOf(input, existing);
        var replacesCredentials = UpstreamRules.ReplacesCredentials(input, existing);
        ApplyTransport(input, transport);
        ApplyCredentials(input, auth, replacesCredentials);
        ApplyDescription(input);
        ApplyAccess(visibility, teamId);
        ApplyRunning(input, transport);
        if (Reconnects)
        {
            ForgetVerdict();
        }
    }

    /// <summary>The slug follows the name.</summary>
    public void Rename(string name, string slug)
    {
        Detail.Set("name", name);
        row.Name = name;
        row.Slug = slug;
        ChangesCatalog = true;
    }

    private void ApplyTransport(UpstreamInput input, TransportKind transport)
    {
        if (isNew || row.Transport != transport)
        {
            Detail.Set("transport", transport.ToString());
            row.Transport = transport;
            row.Url = null;
            row.Command = null;
            row.Arguments = [];
            row.WorkingFolder = null;
            row.EnvironmentNames = [];
            row.SealedEnvironment = [];
            Reconnects = true;
        }

        if (input.Url is { } url && row.Url != url)
        {
            Detail.Set("url", row.Url = url);
            Reconnects = true;
        }

        if (input.Command is { } command && row.Command != command)
        {
            Detail.Set("command", row.Command = command);
            Reconnects = true;
        }

        if (transport == TransportKind.Stdio && !input.Arguments.IsDefault && !row.Arguments.SequenceEqual(input.Arguments))
        {
            Detail.Set("args", row.Arguments = [.. input.Arguments]);
            Reconnects = true;
        }

        if (transport == TransportKind.Stdio && input.WorkingFolder is { } folder && (row.WorkingFolder ?? "") != folder)
        {
            Detail.Set("cwd", row.WorkingFolder = folder.Length == 0 ? null : folder);
            Reconnects = true;
        }

        if (transport == TransportKind.Stdio && input.Environment is { } environment && (!isNew || environment.Count > 0))
        {
            ApplyEnvironment(environment);
        }
    }

    private void ApplyEnvironment(ImmutableDictionary<string, string> environment)
    {
        row.EnvironmentNames = [.. environment.Keys.Order(StringComparer.Ordinal)];
        row.SealedEnvironment = environment.IsEmpty ? [] : secrets.Environment.Seal(JsonSerializer.Serialize(environment), row.Id);
        Detail.SetSecrets("env", row.EnvironmentNames);
        Reconnects = true;
    }

    private void ApplyCredentials(UpstreamInput input, AuthKind auth, bool replaces)
    {
        if (!replaces || (isNew && auth == AuthKind.None))
        {
            return;
        }

        var headers = UpstreamHeaders.From(input with { Auth = auth });
        row.Auth = auth;
        row.HeaderNames = [.. headers.Select(header => header.Name)];
        row.SealedHeaders = secrets.Headers.Seal(row.Id, headers);
        Detail.Set("auth_type", auth.ToString());
        if (auth == AuthKind.Headers)
        {
            Detail.SetSecrets("auth_headers", row.HeaderNames);
        }
        else if (auth != AuthKind.None)
        {
            Detail.SetSecret(auth == AuthKind.Bearer ? "auth_token" : "auth_password");
        }

        Reconnects = true;
    }

    private void ApplyDescription(UpstreamInput input)
    {
        if (input.Description is { } description && (row.Description ?? "") != description)
        {
            Detail.Set("description", row.Description = description.Length == 0 ? null : description);
        }

        if (!input.Tags.IsDefault && TextRules.Normalize(input.Tags) is var tags && !row.Tags.SequenceEqual(tags))
        {
            Detail.Set("tags", row.Tags = tags);
            ChangesCatalog = true;
        }
    }

    private void ApplyAccess(Visibility visibility, string? teamId)
    {
        if (isNew || row.Visibility != visibility)
        {
            row.Visibility = visibility;
            Detail.Set("visibility", visibility.ToString());
            ChangesCatalog = true;
        }

        if (row.TeamId != teamId)
        {
            Detail.Set("team_id", row.TeamId = teamId);
            ChangesCatalog = true;
        }
    }

    private void ApplyRunning(UpstreamInput input, TransportKind transport)
    {
        if (input.Enabled is { } enabled && row.Enabled != enabled)
        {
            Detail.Set("enabled", row.Enabled = enabled);
            row.State = enabled ? UpstreamState.Pending : UpstreamState.Disabled;
            ChangesCatalog = true;
        }

        // Where nobody chose, the default follows the transport.
        var sharing = input.Sharing ?? (isNew || Detail.Has("transport") ? DefaultSharing(transport) : row.Sharing);
        if (row.Sharing != sharing)
        {
            row.Sharing = sharing;
            Detail.Set("sharing", sharing.ToString());
        }

        if (input.Drift is { } drift && row.Drift != drift)
        {
            row.Drift = drift;
            Detail.Set("drift_policy", drift.ToString());
            ChangesCatalog = true;
        }

        if (input.RefreshSeconds is { } refresh && row.RefreshSeconds != refresh)
        {
            Detail.Set("refresh_interval_seconds", row.RefreshSeconds = refresh);
        }

        if (input.TimeoutSeconds is { } timeout && row.TimeoutSeconds != timeout)
        {
            Detail.Set("timeout_seconds", row.TimeoutSeconds = timeout);
        }

        if (input.MaxConcurrency is { } concurrency && row.MaxConcurrency != concurrency)
        {
            Detail.Set("max_concurrency", row.MaxConcurrency = concurrency);
        }
    }

    private void ForgetVerdict()
    {
        row.Era = Era.Unknown;
        row.ProtocolVersion = null;
        row.EraCheckedAt = null;
        row.RequiresSession = false;
        row.LastError = null;
        row.State = row.Enabled ? UpstreamState.Pending : UpstreamState.Disabled;
    }

    private static SharingMode DefaultSharing(TransportKind transport) =>
        transport == TransportKind.StreamableHttp ? SharingMode.PerSession : SharingMode.PerUser;
}

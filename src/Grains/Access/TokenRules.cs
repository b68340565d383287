using System.Collections.Immutable;
using System.Net;
using McpGateway.Abstractions.Access;
using McpGateway.Gateway.Hosting;
using McpGateway.Grains.Administration;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using McpGateway.Storage.Queries;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Access;

/// <summary>What a new token may be: never more than who makes it. Made by a token, never more than that token.</summary>
internal sealed class TokenRules(Caller caller, TokenInput input, TokenEntity? parent, DateTimeOffset now)
{
    public const int MaxDays = 3650;
    public const int MaxMinutes = MaxDays * 24 * 60;
    public const int DefaultDays = 365;
    private const int MaxEntries = 100;
    private const int MaxDescription = 1024;

    private readonly Mistakes _mistakes = new();

    /// <summary>Checks everything. The scope counts only where there is no mistake.</summary>
    public static async Task<(TokenScope Scope, Mistakes Mistakes)> CheckAsync(
        GatewayDbContext db, Caller caller, TokenInput input, TokenEntity? parent, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rules = new TokenRules(caller, input, parent, now);
        TextRules.Name(rules._mistakes, input.Name);
        TextRules.Text(rules._mistakes, "description", input.Description, MaxDescription);
        rules.CheckTeam();
        var scope = new TokenScope(
            rules.Permissions(), await rules.ServersAsync(db, cancellationToken), rules.Networks(), rules.Expiry());
        return (scope, rules._mistakes);
    }

    private string[] Permissions()
    {
        if (input.Permissions.IsDefaultOrEmpty)
        {
            return [.. PermissionNames.Of(Abstractions.Access.Permissions.Use & caller.Rights.Permissions)];
        }

        var names = input.Permissions.Select(name => name.Trim().ToLowerInvariant()).Distinct().ToArray();
        foreach (var name in names.Where(name => !PermissionNames.TryParse(name, out _)))
        {
            _mistakes.Add("permissions", $"There is no permission '{Short(name)}'. There are: {string.Join(", ", PermissionNames.Known)}, 'area.*' and '*'.");
        }

        var excess = PermissionNames.Of(RightsReader.Parse(names) & ~caller.Rights.Permissions).ToList();
        if (excess.Count > 0)
        {
            _mistakes.Add("permissions", $"You do not have these yourself: {string.Join(", ", excess)}.");
        }

        return names;
    }

    private async Task<string[]> ServersAsync(GatewayDbContext db, CancellationToken cancellationToken)
    {
        var bound = caller.ServerIds.IsDefaultOrEmpty ? [] : caller.ServerIds;
        if (input.ServerIds.IsDefaultOrEmpty)
        {
            return [.. bound];
        }

        string[] ids = [.. input.ServerIds.Select(id => id.Trim()).Distinct()];
        if (ids.Length > MaxEntries)
        {
            _mistakes.Add("server_ids", $"At most {MaxEntries} virtual servers.");
            return ids;
        }

        var visible = await db.Servers.AsNoTracking().VisibleTo(caller).Where(server => ids.Contains(server.Id)).ToListAsync(cancellationToken);
        foreach (var id in ids.Except(visible.Select(server => server.Id)))
        {
            _mistakes.Add("server_ids", $"There is no server with the id '{Short(id)}'.");
        }

        // A bound token is never an administrator's, so it would be of no use for what only an administrator sees.
        var rights = caller.Rights with { IsAdministrator = false, Teams = input.TeamId is { } team ? [team] : caller.Rights.Teams };
        foreach (var server in visible.Where(server => !rights.Sees(server.Visibility, server.OwnerId, server.TeamId)))
        {
            _mistakes.Add("server_ids", $"'{server.Id}' is not shared with you: you see it as an administrator only, and the token would not.");
        }

        return ids;
    }

    private string[] Networks()
    {
        var within = AddressSet.Parse(parent?.Networks ?? [], out _);
        if (input.Networks.IsDefaultOrEmpty)
        {
            return parent?.Networks ?? [];
        }

        if (input.Networks.Length > MaxEntries)
        {
            _mistakes.Add("ip_restrictions", $"At most {MaxEntries} networks.");
        }

        var networks = new List<string>();
        foreach (var text in input.Networks.Select(text => text.Trim()).Distinct().Take(MaxEntries))
        {
            if (!AddressSet.TryParse(text, out var network))
            {
                _mistakes.Add(
                    "ip_restrictions", $"'{Short(text)}' is neither an address nor a network in CIDR form (10.0.0.0/8; host bits must be zero).");
            }
            else if (!within.IsEmpty && !Covers(parent!.Networks, network))
            {
                _mistakes.Add("ip_restrictions", $"'{text}' is outside the networks of the token you use.");
            }

            networks.Add(text);
        }

        return [.. networks];
    }

    private DateTimeOffset? Expiry()
    {
        TextRules.Range(_mistakes, "expires_in_days", input.ExpiresInDays, 1, MaxDays);
        TextRules.Range(_mistakes, "expires_in_minutes", input.ExpiresInMinutes, 1, MaxMinutes);
        if (input is { ExpiresInDays: not null, ExpiresInMinutes: not null })
        {
            _mistakes.Add("expires_in_minutes", "Give either expires_in_days or expires_in_minutes, not both.");
        }

        var wanted = now + (input.ExpiresInMinutes is { } minutes
            ? TimeSpan.FromMinutes(Math.Clamp(minutes, 1, MaxMinutes))
            : TimeSpan.FromDays(Math.Clamp(input.ExpiresInDays ?? DefaultDays, 1, MaxDays)));
        if (parent?.ExpiresAt is not { } end || wanted <= end)
        {
            return wanted;
        }

        var field = input.ExpiresInMinutes is not null ? "expires_in_minutes" : input.ExpiresInDays is not null ? "expires_in_days" : null;
        if (field is not null)
        {
            _mistakes.Add(field, "Must not be longer than the token you use is valid.");
        }

        return end;
    }

    private void CheckTeam()
    {
        if (input.TeamId is null)
        {
            return;
        }

        if (parent?.TeamId is { } team && !string.Equals(team, input.TeamId, StringComparison.Ordinal))
        {
            _mistakes.Add("team_id", "Must be the team of the token you use.");
        }
        else if (caller.Rights.Teams.IsDefault || !caller.Rights.Teams.Contains(input.TeamId))
        {
            _mistakes.Add("team_id", $"You are in no team with the id '{Short(input.TeamId)}'.");
        }
    }

    private static bool Covers(IEnumerable<string> outer, IPNetwork inner) =>
        outer.Any(text => AddressSet.TryParse(text, out var network)
            && network.PrefixLength <= inner.PrefixLength
            && network.BaseAddress.AddressFamily == inner.BaseAddress.AddressFamily
            && network.Contains(inner.BaseAddress));

    private static string Short(string text) => text.Length > 64 ? text[..64] + "…" : text;
}

/// <summary>What a new token may do.</summary>
internal sealed record TokenScope(string[] Permissions, string[] ServerIds, string[] Networks, DateTimeOffset? ExpiresAt);
